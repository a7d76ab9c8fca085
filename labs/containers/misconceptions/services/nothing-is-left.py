#| expect: not yet
#| says: missing from your answer
# "Containers replace all of that."
answer("containers.services", written=[], patches="you", first="paas")

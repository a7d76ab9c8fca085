#| expect: not yet
#| says: has room for 128
# The second half of 10.0.1.0/24 has another number in front, so it must be free.
answer("start.slice", cidr="10.0.1.128/25")

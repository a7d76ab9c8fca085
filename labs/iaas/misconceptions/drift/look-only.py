#| expect: not yet
#| says: still stands
# The plan found it: that settles it.
!terraform plan

#| expect: not yet
#| says: 10.0.3.0/256 names no slice
# The number after the slash is how many addresses there are.
answer("start.slice", cidr="10.0.3.0/256")

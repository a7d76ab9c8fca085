#| expect: not yet
#| says: names no slice
# From here to there is a slice, too.
answer("start.slice", cidr="10.0.3.0-10.0.3.255")

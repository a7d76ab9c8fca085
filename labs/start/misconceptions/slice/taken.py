#| expect: not yet
#| says: overlaps one that is taken
# Another machine's address in front makes it another slice.
answer("start.slice", cidr="10.0.1.128/24")

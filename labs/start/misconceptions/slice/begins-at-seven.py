#| expect: not yet
#| says: first address
# A slice begins at the first machine.
answer("start.slice", cidr="10.0.3.7/24")

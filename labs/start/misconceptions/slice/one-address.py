#| expect: not yet
#| says: has room for 1.
# An address that ends in 0 stands for all that begin like it.
answer("start.slice", cidr="10.0.3.0")

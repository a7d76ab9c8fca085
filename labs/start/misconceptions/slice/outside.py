#| expect: not yet
#| says: isn't part of 10.0.0.0/16
# All that begins with 10 is part of 10.0.0.0/16.
answer("start.slice", cidr="10.3.0.0/24")

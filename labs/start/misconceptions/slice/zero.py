#| expect: passed
#| says: 10.0.0.0/24
# A second right answer: 10.0.0.0/24 is free, too.
answer("start.slice", cidr="10.0.0.0/24")

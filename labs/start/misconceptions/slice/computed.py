#| expect: passed
#| says: 10.0.255.0/24
# A second right answer: the last slice of that size, found by Python.
answer("start.slice", cidr=[*ip_network("10.0.0.0/16").subnets(new_prefix=24)][-1])

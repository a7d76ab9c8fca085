#| expect: passed
#| says: 10.0.9.0/24
# A second right answer: the fixed bits, written as an older form has it.
answer("start.slice", cidr="10.0.9.0/255.255.255.0")

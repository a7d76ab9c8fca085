#| expect: not yet
#| says: has room for 16777216
# 256 addresses need 8 bits, so the slash is followed by 8.
answer("start.slice", cidr="10.0.3.0/8")

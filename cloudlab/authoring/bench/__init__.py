"""What is promised of speed and size, measured in one run and held against its bound: `make bench`.

Times depend on the machine and on what else it does, so a bound is a ratio where it can be, of two
things that are measured in turn.
"""

#| expect: not yet
#| says: show something else
# "Two containers are two small machines, so two kernels."
answer("containers.machines", kernels=2)

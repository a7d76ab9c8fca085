#| expect: not yet
#| says: show something else
# "The engine does the kernel's work, so there is none."
answer("containers.machines", kernels=0)

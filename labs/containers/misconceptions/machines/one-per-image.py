#| expect: not yet
#| says: show something else
# "Each brings its image's kernel, and the engine has one, too."
answer("containers.machines", kernels=3)

#| expect: not yet
#| says: still asks for a node
# It hangs: start it again.
!kubectl rollout restart deployment/web -n shop

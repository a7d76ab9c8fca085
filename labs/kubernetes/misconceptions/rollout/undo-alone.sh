#| expect: not yet
#| says: app-config still holds what release 2 wrote
# Undo takes the release back.
!kubectl rollout undo deployment/web -n shop
!kubectl rollout status deployment/web -n shop

#| expect: not yet
#| says: because it was told to
# A pod that misbehaves is restarted, and Kubernetes has a verb for that.
!kubectl rollout restart deployment/web -n shop
!kubectl rollout status deployment/web -n shop

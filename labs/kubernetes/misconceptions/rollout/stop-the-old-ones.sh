#| expect: not yet
#| says: Customers saw errors
# The new pod has no room because the old ones take it.
!kubectl scale deployment/web -n shop --replicas=0
!kubectl scale deployment/web -n shop --replicas=3

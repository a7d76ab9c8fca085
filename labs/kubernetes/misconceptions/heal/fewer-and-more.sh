#| expect: not yet
#| says: because it was told to
# Down by one and up by one: that heals it.
!kubectl scale deployment/web -n shop --replicas=2
!kubectl scale deployment/web -n shop --replicas=3

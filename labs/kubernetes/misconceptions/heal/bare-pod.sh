#| expect: not yet
#| says: A pod that nobody owns
# A pod is a pod: one that I start comes back as well.
!kubectl run visitor -n shop --image=containers/web:1.0
!kubectl wait pod/visitor -n shop --for=condition=Ready --timeout=60s
!kubectl delete pod visitor -n shop

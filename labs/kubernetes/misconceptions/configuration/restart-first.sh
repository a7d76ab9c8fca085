#| expect: not yet
#| says: still have what it said when they started
# The restart first, so that the pods are fresh when the value comes.
!kubectl rollout restart deployment/web -n shop
!kubectl rollout status deployment/web -n shop
!kubectl patch configmap app-config -n shop -p '{"data": {"log-level": "debug"}}'

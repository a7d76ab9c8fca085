#| expect: not yet
#| says: still down
# Have you tried turning it off and on again?
!kubectl delete pods --all -n shop
!kubectl rollout status deployment/web -n shop
answer("kubernetes.outage", cause="no-servers")

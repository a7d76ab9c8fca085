#| expect: not yet
#| says: still have what it said when they started
# Apply the Deployment again, and it reads the map again.
!kubectl patch configmap app-config -n shop -p '{"data": {"log-level": "debug"}}'
!kubectl apply -f web.yaml

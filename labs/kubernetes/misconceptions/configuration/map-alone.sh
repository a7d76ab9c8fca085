#| expect: not yet
#| says: still have what it said when they started
# The map is new, so the variables are.
!kubectl patch configmap app-config -n shop -p '{"data": {"log-level": "debug"}}'

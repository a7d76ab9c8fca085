#| expect: passed
# A second right answer: every pod is deleted, and its successor reads the map.
!kubectl patch configmap app-config -n shop -p '{"data": {"log-level": "debug"}}'
!kubectl delete pods -n shop -l app=web

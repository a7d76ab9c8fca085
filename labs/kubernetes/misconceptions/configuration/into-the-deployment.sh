#| expect: not yet
#| says: two places hold a level
#| undo: kubectl replace --save-config -f web.yaml
# The variable can be set directly, too.
!kubectl patch configmap app-config -n shop -p '{"data": {"log-level": "debug"}}'
!kubectl set env deployment/web -n shop LOG_LEVEL=debug
!kubectl rollout status deployment/web -n shop

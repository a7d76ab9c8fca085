#| expect: not yet
#| says: Customers saw errors
# Clean slate: away with it, then the old files.
!kubectl delete deployment web -n shop
!kubectl apply -f web.yaml -f config.yaml
!kubectl rollout status deployment/web -n shop

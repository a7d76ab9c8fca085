#| expect: not yet
#| says: The Deployment is another one
# Away with the broken thing, and a new one from the file.
!kubectl delete -f web.yaml
!kubectl apply -f web.yaml

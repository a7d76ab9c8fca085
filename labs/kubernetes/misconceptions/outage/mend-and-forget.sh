#| expect: not yet
#| says: so that the next is found sooner
# It works again: back to bed.
!kubectl apply -f service.yaml -f web.yaml -f postgres.yaml -f postgres-service.yaml

#| expect: not yet
#| says: isn't what broke
# It was the network. It's always the network.
!kubectl apply -f service.yaml -f web.yaml -f postgres.yaml -f postgres-service.yaml
answer("kubernetes.outage", cause="the network")

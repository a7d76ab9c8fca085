#| expect: passed
# A second right answer: the files that described it before.
!kubectl apply -f web.yaml -f config.yaml
!kubectl rollout status deployment/web -n shop

#| expect: passed
# A second right answer: all three at once.
!kubectl delete pods -n shop -l app=web

#| expect: not yet
#| says: still stands
# Refreshing brings everything back to what it was.
!terraform apply -refresh-only -auto-approve

#| expect: not yet
#| says: so that the next one is found sooner
# It works again: back to bed.
!terraform apply -auto-approve

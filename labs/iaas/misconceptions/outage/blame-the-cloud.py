#| expect: not yet
#| says: isn't what broke
# The provider must have had a bad minute.
!terraform apply -auto-approve
answer("iaas.outage", cause="the cloud")

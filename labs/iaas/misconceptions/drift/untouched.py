#| expect: not yet
#| says: still stands
# Planning without asking the lab shows no difference, so there is none.
!terraform plan -refresh=false -detailed-exitcode

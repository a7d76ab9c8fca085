#| expect: not yet
#| says: An export ran
# An exported variable is there for every command that follows.
!export TEAM=blue
!printenv TEAM

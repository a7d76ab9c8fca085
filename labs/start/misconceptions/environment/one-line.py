#| expect: not yet
#| says: no line of its own asked
# It works within one line, so it works.
!export TEAM=blue && printenv TEAM

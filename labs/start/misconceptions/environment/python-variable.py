#| expect: not yet
#| says: no Python variable is part of
# A variable of the notebook is a variable of its commands.
TEAM = "blue"
!printenv TEAM

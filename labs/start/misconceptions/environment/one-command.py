#| expect: not yet
#| says: no line of its own asked
# What is set in front of one command is set for the next one, too.
!TEAM=blue printenv TEAM

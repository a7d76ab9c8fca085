#| expect: not attempted
#| says: printenv TEAM
# IPython puts the Python variable in the line before any shell sees it: no child got a variable.
TEAM = "blue"
!echo $TEAM

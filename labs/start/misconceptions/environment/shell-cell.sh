#| expect: not attempted
#| says: in another
%%bash
# A whole cell of shell sets it for the notebook.
export TEAM=blue
printenv TEAM

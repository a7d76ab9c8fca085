#| expect: passed
#| says: found TEAM
# A second right answer: IPython's own way to change the notebook's environment.
%env TEAM=blue
!printenv TEAM

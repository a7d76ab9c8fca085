#| expect: passed
#| says: found TEAM
# A second right answer: a dict can be updated.
os.environ.update(TEAM="red")
!printenv TEAM

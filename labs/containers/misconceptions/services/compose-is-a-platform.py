#| expect: not yet
#| says: somebody else patches the database
# "One command and it runs: so the platform looks after it."
answer("containers.services", written=["aws_db_instance", "aws_lb"], patches="platform", first="paas")

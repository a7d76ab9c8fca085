#| expect: not yet
#| says: at 'compose'
# "In compose.yaml no machine is named, so there is none."
answer("containers.services", written=["aws_db_instance", "aws_lb"], patches="you", first="compose")

#| expect: not yet
#| says: aws_route_table
# "compose.yaml has networks, so it has routes."
answer("containers.services", written=["aws_route_table", "aws_db_instance", "aws_lb"], patches="you", first="paas")

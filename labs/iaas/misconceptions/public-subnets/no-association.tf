#| expect: not yet
#| says: no subnet uses it
%%writefile routes_public.tf
# The subnets hand out public addresses, so a table with the route is all that is missing.

resource "aws_route_table" "public" {
  vpc_id = aws_vpc.main.id

  route {
    cidr_block = "0.0.0.0/0"
    gateway_id = aws_internet_gateway.main.id
  }

  tags = {
    Name = "iaas-public"
  }
}

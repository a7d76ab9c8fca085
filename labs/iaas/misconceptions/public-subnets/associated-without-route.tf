#| expect: not yet
#| says: no route leads out
%%writefile routes_public.tf
# The VPC has an internet gateway: subnets with a table of their own will use it.

resource "aws_route_table" "own" {
  vpc_id = aws_vpc.main.id

  tags = {
    Name = "iaas-public"
  }
}

resource "aws_route_table_association" "own" {
  count          = 2
  subnet_id      = aws_subnet.public[count.index].id
  route_table_id = aws_route_table.own.id
}

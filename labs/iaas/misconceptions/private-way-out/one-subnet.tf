#| expect: not yet
#| says: 1 of 2
%%writefile routes_private.tf
# The NAT gateway stands in one zone, so that zone's subnet uses it.

resource "aws_eip" "nat" {
  domain = "vpc"

  tags = {
    Name = "iaas-nat"
  }
}

# It stands in a public subnet: it needs the internet gateway itself.
resource "aws_nat_gateway" "main" {
  allocation_id = aws_eip.nat.id
  subnet_id     = aws_subnet.public[0].id

  tags = {
    Name = "iaas-nat"
  }

  # Nothing above mentions the internet gateway, yet without it the NAT gateway is useless.
  depends_on = [aws_internet_gateway.main]
}

resource "aws_route_table" "first" {
  vpc_id = aws_vpc.main.id

  route {
    cidr_block     = "0.0.0.0/0"
    nat_gateway_id = aws_nat_gateway.main.id
  }

  tags = {
    Name = "iaas-private-1"
  }
}

resource "aws_route_table_association" "first" {
  subnet_id      = aws_subnet.private[0].id
  route_table_id = aws_route_table.first.id
}

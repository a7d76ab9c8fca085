#| expect: not yet
#| says: no public address
%%writefile routes_private.tf
# Private subnets need a private NAT gateway.

resource "aws_nat_gateway" "main" {
  connectivity_type = "private"
  subnet_id         = aws_subnet.public[0].id

  tags = {
    Name = "iaas-nat"
  }

  # Nothing above mentions the internet gateway, yet without it the NAT gateway is useless.
  depends_on = [aws_internet_gateway.main]
}

resource "aws_route_table" "private" {
  count  = 2
  vpc_id = aws_vpc.main.id

  route {
    cidr_block     = "0.0.0.0/0"
    nat_gateway_id = aws_nat_gateway.main.id
  }

  tags = {
    Name = "iaas-private-${count.index + 1}"
  }
}

resource "aws_route_table_association" "private" {
  count          = 2
  subnet_id      = aws_subnet.private[count.index].id
  route_table_id = aws_route_table.private[count.index].id
}

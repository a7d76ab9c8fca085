#| expect: not yet
#| says: private subnet
%%writefile routes_private.tf
# The private machines use it, so it stands among them.

resource "aws_eip" "nat" {
  domain = "vpc"

  tags = {
    Name = "iaas-nat"
  }
}

resource "aws_nat_gateway" "main" {
  allocation_id = aws_eip.nat.id
  subnet_id     = aws_subnet.private[0].id

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

#| expect: not yet
#| says: 0 of 2 private subnets
%%writefile routes_private.tf
# A NAT gateway in the VPC is enough: the machines will find it.

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

resource "aws_route_table" "quiet" {
  count  = 2
  vpc_id = aws_vpc.main.id

  tags = {
    Name = "iaas-private-${count.index + 1}"
  }
}

resource "aws_route_table_association" "quiet" {
  count          = 2
  subnet_id      = aws_subnet.private[count.index].id
  route_table_id = aws_route_table.quiet[count.index].id
}

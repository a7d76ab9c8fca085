#| expect: passed
%%writefile routes_private.tf
# A second right answer: a NAT gateway in each zone, one zone's loss does not stop the other.

resource "aws_eip" "zone" {
  count  = 2
  domain = "vpc"
}

resource "aws_nat_gateway" "zone" {
  count         = 2
  allocation_id = aws_eip.zone[count.index].id
  subnet_id     = aws_subnet.public[count.index].id
}

resource "aws_route_table" "zone" {
  count  = 2
  vpc_id = aws_vpc.main.id
}

resource "aws_route" "out" {
  count                  = 2
  route_table_id         = aws_route_table.zone[count.index].id
  destination_cidr_block = "0.0.0.0/0"
  nat_gateway_id         = aws_nat_gateway.zone[count.index].id
}

resource "aws_route_table_association" "zone" {
  count          = 2
  subnet_id      = aws_subnet.private[count.index].id
  route_table_id = aws_route_table.zone[count.index].id
}

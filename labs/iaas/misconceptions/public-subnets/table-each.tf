#| expect: passed
%%writefile routes_public.tf
# A second right answer: a table for each subnet, the routes as resources of their own.

resource "aws_route_table" "each" {
  count  = 2
  vpc_id = aws_vpc.main.id

  tags = {
    Name = "iaas-public-${count.index + 1}"
  }
}

resource "aws_route" "internet" {
  count                  = 2
  route_table_id         = aws_route_table.each[count.index].id
  destination_cidr_block = "0.0.0.0/0"
  gateway_id             = aws_internet_gateway.main.id
}

resource "aws_route_table_association" "each" {
  count          = 2
  subnet_id      = aws_subnet.public[count.index].id
  route_table_id = aws_route_table.each[count.index].id
}

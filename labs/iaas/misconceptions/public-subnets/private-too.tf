#| expect: not yet
#| says: private subnet(s)
%%writefile routes_public.tf
# Every machine needs the internet for its updates: tie the table to all four.

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

locals {
  all_subnets = concat(aws_subnet.public, aws_subnet.private)
}

resource "aws_route_table_association" "all" {
  count          = 4
  subnet_id      = local.all_subnets[count.index].id
  route_table_id = aws_route_table.public.id
}

#| expect: not yet
#| says: main table
%%writefile routes_public.tf
# A VPC has one route table: give it the way out.

resource "aws_route" "internet" {
  route_table_id         = aws_vpc.main.main_route_table_id
  destination_cidr_block = "0.0.0.0/0"
  gateway_id             = aws_internet_gateway.main.id
}

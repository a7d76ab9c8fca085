#| expect: passed
%%writefile security.tf
# A second right answer: groups without rules, and each rule a resource of its own.

resource "aws_security_group" "tier" {
  for_each    = toset(["edge", "app", "data"])
  name_prefix = "iaas-${each.key}-"
  vpc_id      = aws_vpc.main.id

  tags = {
    Name = "iaas-${each.key}"
  }
}

resource "aws_vpc_security_group_ingress_rule" "world" {
  security_group_id = aws_security_group.tier["edge"].id
  cidr_ipv4         = "0.0.0.0/0"
  ip_protocol       = "tcp"
  from_port         = 80
  to_port           = 80
}

resource "aws_vpc_security_group_ingress_rule" "edge_to_app" {
  security_group_id            = aws_security_group.tier["app"].id
  referenced_security_group_id = aws_security_group.tier["edge"].id
  ip_protocol                  = "tcp"
  from_port                    = 80
  to_port                      = 80
}

resource "aws_vpc_security_group_ingress_rule" "app_to_data" {
  security_group_id            = aws_security_group.tier["data"].id
  referenced_security_group_id = aws_security_group.tier["app"].id
  ip_protocol                  = "tcp"
  from_port                    = 5432
  to_port                      = 5432
}

# Three tiers, each reached by the one before it: world -> load balancer -> web -> database.
# A rule names the group that may call, not an address: machines come and go, groups stay.

resource "aws_security_group" "alb" {
  name_prefix = "iaas-alb-"
  vpc_id      = aws_vpc.main.id

  ingress {
    from_port   = 80
    to_port     = 80
    protocol    = "tcp"
    cidr_blocks = ["0.0.0.0/0"]
  }

  egress {
    from_port   = 0
    to_port     = 0
    protocol    = "-1"
    cidr_blocks = ["0.0.0.0/0"]
  }

  tags = {
    Name = "iaas-alb"
  }
}

resource "aws_security_group" "web" {
  name_prefix = "iaas-web-"
  vpc_id      = aws_vpc.main.id

  ingress {
    from_port       = 80
    to_port         = 80
    protocol        = "tcp"
    security_groups = [aws_security_group.alb.id]
  }

  egress {
    from_port   = 0
    to_port     = 0
    protocol    = "-1"
    cidr_blocks = ["0.0.0.0/0"]
  }

  tags = {
    Name = "iaas-web"
  }
}

resource "aws_security_group" "database" {
  name_prefix = "iaas-database-"
  vpc_id      = aws_vpc.main.id

  ingress {
    from_port       = 5432
    to_port         = 5432
    protocol        = "tcp"
    security_groups = [aws_security_group.web.id]
  }

  # A database calls nobody; a group lets the answers to its callers out by itself.
  egress = []

  tags = {
    Name = "iaas-database"
  }
}

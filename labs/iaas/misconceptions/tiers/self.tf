#| expect: not yet
#| says: itself
%%writefile security.tf
# The database tier talks on 5432: admit the tier.

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
    from_port = 5432
    to_port   = 5432
    protocol  = "tcp"
    self      = true
  }

  tags = {
    Name = "iaas-database"
  }
}

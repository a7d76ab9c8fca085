#| expect: not yet
#| says: refused
%%writefile database.tf
# The windows overlapped; now they do not.

resource "aws_db_subnet_group" "main" {
  name       = "iaas-db"
  subnet_ids = aws_subnet.private[*].id

  tags = {
    Name = "iaas-db"
  }
}

resource "aws_db_instance" "main" {
  identifier = "iaas-db"

  engine         = "postgres"
  engine_version = "13.7"
  instance_class = "db.t3.micro"

  allocated_storage     = 20
  max_allocated_storage = 100
  storage_encrypted     = true

  db_name  = "maindb"
  username = "admin"
  password = var.db_password

  vpc_security_group_ids = [aws_security_group.database.id]
  db_subnet_group_name   = aws_db_subnet_group.main.name

  backup_retention_period = 7
  backup_window           = "03:00-04:00"
  maintenance_window      = "sun:05:00-sun:06:00"

  skip_final_snapshot = true

  tags = {
    Name = "iaas-db"
  }
}

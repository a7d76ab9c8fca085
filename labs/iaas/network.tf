# The network: one VPC, a gateway to the internet, four subnets in two zones.
# Nothing here says yet how a packet travels: that is what route tables are for.

data "aws_availability_zones" "available" {
  state = "available"
}

resource "aws_vpc" "main" {
  cidr_block           = var.vpc_cidr
  enable_dns_hostnames = true
  enable_dns_support   = true

  tags = {
    Name = "iaas-vpc"
  }
}

# The main table: every subnet without a table of its own falls back to it.
# Kept empty, so what nobody thought about cannot be reached.
resource "aws_default_route_table" "main" {
  default_route_table_id = aws_vpc.main.default_route_table_id
  route                  = []

  tags = {
    Name = "iaas-main"
  }
}

resource "aws_internet_gateway" "main" {
  vpc_id = aws_vpc.main.id

  tags = {
    Name = "iaas-igw"
  }
}

# 10.0.1.0/24 and 10.0.2.0/24: for what the world may reach.
resource "aws_subnet" "public" {
  count             = 2
  vpc_id            = aws_vpc.main.id
  cidr_block        = cidrsubnet(var.vpc_cidr, 8, count.index + 1)
  availability_zone = data.aws_availability_zones.available.names[count.index]

  map_public_ip_on_launch = true

  tags = {
    Name = "iaas-public-${count.index + 1}"
    Tier = "public"
  }
}

# 10.0.10.0/24 and 10.0.11.0/24: for what it may not.
resource "aws_subnet" "private" {
  count             = 2
  vpc_id            = aws_vpc.main.id
  cidr_block        = cidrsubnet(var.vpc_cidr, 8, count.index + 10)
  availability_zone = data.aws_availability_zones.available.names[count.index]

  tags = {
    Name = "iaas-private-${count.index + 1}"
    Tier = "private"
  }
}

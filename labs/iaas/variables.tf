variable "aws_region" {
  description = "AWS region"
  type        = string
  default     = "us-west-2"
}

variable "vpc_cidr" {
  description = "Addresses of the whole network; each subnet takes a slice"
  type        = string
  default     = "10.0.0.0/16"
}

# No default: a password does not belong in a file that is shared.
variable "db_password" {
  description = "Database password"
  type        = string
  sensitive   = true
}

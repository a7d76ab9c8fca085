# Which Terraform and which provider read these files.
terraform {
  required_version = ">= 1.11"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "~> 5.0"
    }
  }
}

# Where the calls go is not said here: AWS_ENDPOINT_URL points at the lab.
provider "aws" {
  region = var.aws_region

  # Every resource that can carry a tag carries this one.
  default_tags {
    tags = {
      Section = "iaas"
    }
  }
}

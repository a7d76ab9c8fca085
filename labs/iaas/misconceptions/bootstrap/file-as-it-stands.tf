#| expect: not yet
#| says: placeholder
%%writefile launch_template.tf
# The script is there: hand it over.

data "aws_ami" "amazon_linux" {
  most_recent = true
  owners      = ["amazon"]

  filter {
    name   = "name"
    values = ["al2023-ami-2023.*-kernel-6.1-x86_64"]
  }
}

resource "aws_launch_template" "web" {
  name_prefix   = "iaas-web-"
  image_id      = data.aws_ami.amazon_linux.id
  instance_type = "t3.micro"

  vpc_security_group_ids = [aws_security_group.web.id]

  user_data = filebase64("user_data.sh")

  tag_specifications {
    resource_type = "instance"

    # default_tags reach the template, not the instances that it makes.
    tags = {
      Name    = "iaas-web"
      Section = "iaas"
    }
  }

  tags = {
    Name = "iaas-web"
  }
}

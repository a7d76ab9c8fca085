#| expect: passed
%%writefile launch_template.tf
# A second right answer: the endpoint without what follows the colon.

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

  user_data = base64encode(templatefile("user_data.sh", {
    db_host = split(":", aws_db_instance.main.endpoint)[0]
    db_name = aws_db_instance.main.db_name
    db_user = aws_db_instance.main.username
  }))

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

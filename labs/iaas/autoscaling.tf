# Keeps as many web servers as it is told to, between 2 and 10, spread over both zones.

resource "aws_autoscaling_group" "web" {
  name                      = "iaas-web"
  vpc_zone_identifier       = aws_subnet.private[*].id
  target_group_arns         = [aws_lb_target_group.web.arn]
  health_check_type         = "ELB"
  health_check_grace_period = 300

  min_size         = 2
  max_size         = 10
  desired_capacity = 2

  launch_template {
    id      = aws_launch_template.web.id
    version = "$Latest"
  }

  tag {
    key                 = "Name"
    value               = "iaas-web"
    propagate_at_launch = true
  }

  tag {
    key                 = "Section"
    value               = "iaas"
    propagate_at_launch = true
  }
}

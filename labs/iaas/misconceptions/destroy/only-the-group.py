#| expect: not yet
#| says: still there
# What costs money are the servers: destroy those.
!terraform destroy -auto-approve -target=aws_autoscaling_group.web

#| expect: not attempted
#| says: same servers
# Ask for one server less, and the group will be short of one.
import boto3

ec2, autoscaling = boto3.client("ec2"), boto3.client("autoscaling")
groups = autoscaling.describe_auto_scaling_groups(AutoScalingGroupNames=["iaas-web"])
server = groups["AutoScalingGroups"][0]["Instances"][0]["InstanceId"]
autoscaling.set_desired_capacity(AutoScalingGroupName="iaas-web", DesiredCapacity=1)

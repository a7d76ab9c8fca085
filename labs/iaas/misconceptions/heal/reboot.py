#| expect: not attempted
#| says: same servers
# A crash and a restart come to the same thing.
import boto3

ec2, autoscaling = boto3.client("ec2"), boto3.client("autoscaling")
groups = autoscaling.describe_auto_scaling_groups(AutoScalingGroupNames=["iaas-web"])
server = groups["AutoScalingGroups"][0]["Instances"][0]["InstanceId"]
ec2.reboot_instances(InstanceIds=[server])

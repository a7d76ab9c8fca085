#| expect: passed
# A third: a stopped server fails the group's health check and is replaced.
import boto3

ec2, autoscaling = boto3.client("ec2"), boto3.client("autoscaling")
groups = autoscaling.describe_auto_scaling_groups(AutoScalingGroupNames=["iaas-web"])
server = groups["AutoScalingGroups"][0]["Instances"][0]["InstanceId"]
ec2.stop_instances(InstanceIds=[server])

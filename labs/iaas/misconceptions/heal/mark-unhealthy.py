#| expect: passed
# A fourth: the group believes whoever calls a server unhealthy.
import boto3

ec2, autoscaling = boto3.client("ec2"), boto3.client("autoscaling")
groups = autoscaling.describe_auto_scaling_groups(AutoScalingGroupNames=["iaas-web"])
server = groups["AutoScalingGroups"][0]["Instances"][0]["InstanceId"]
autoscaling.set_instance_health(InstanceId=server, HealthStatus="Unhealthy")

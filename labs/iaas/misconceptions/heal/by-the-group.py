#| expect: passed
# A second right answer: ask the group to end one of its servers.
import boto3

ec2, autoscaling = boto3.client("ec2"), boto3.client("autoscaling")
groups = autoscaling.describe_auto_scaling_groups(AutoScalingGroupNames=["iaas-web"])
server = groups["AutoScalingGroups"][0]["Instances"][0]["InstanceId"]
autoscaling.terminate_instance_in_auto_scaling_group(
    InstanceId=server, ShouldDecrementDesiredCapacity=False
)

#| expect: not yet
#| says: still down
# Have you tried turning it off and on again?
import boto3

ec2, autoscaling = boto3.client("ec2"), boto3.client("autoscaling")
groups = autoscaling.describe_auto_scaling_groups(AutoScalingGroupNames=["iaas-web"])
running = [server["InstanceId"] for server in groups["AutoScalingGroups"][0]["Instances"]]
ec2.terminate_instances(InstanceIds=running)
answer("iaas.outage", cause="no-servers")

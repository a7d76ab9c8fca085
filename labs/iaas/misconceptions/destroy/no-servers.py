#| expect: not yet
#| says: still there
# Without servers there is nothing left to pay for.
import boto3

boto3.client("autoscaling").update_auto_scaling_group(
    AutoScalingGroupName="iaas-web", MinSize=0, DesiredCapacity=0
)

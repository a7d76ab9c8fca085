"""What AWS's Auto Scaling does, moto's mended server does, and moto's own server doesn't."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from botocore.exceptions import ClientError

pytestmark = [pytest.mark.lab, pytest.mark.timeout(180)]

#: One of the images that moto brings.
IMAGE = "ami-03cf127a"


@dataclass(frozen=True)
class Group:
    """A group of two web servers, at most four, over two zones, behind a target group."""

    client: Callable[[str], Any]
    name: str
    target_group: str

    @property
    def servers(self) -> list[dict[str, Any]]:
        """Its instances as Auto Scaling tells them."""
        told = self.client("autoscaling").describe_auto_scaling_groups(
            AutoScalingGroupNames=[self.name]
        )
        return list(told["AutoScalingGroups"][0]["Instances"])

    @property
    def ids(self) -> set[str]:
        """Their ids."""
        return {one["InstanceId"] for one in self.servers}

    @property
    def targets(self) -> list[str]:
        """Whom the load balancer would call, each as often as it's registered."""
        told = self.client("elbv2").describe_target_health(TargetGroupArn=self.target_group)
        return [one["Target"]["Id"] for one in told["TargetHealthDescriptions"]]

    def want(self, count: int) -> None:
        """Set the desired capacity."""
        self.client("autoscaling").set_desired_capacity(
            AutoScalingGroupName=self.name, DesiredCapacity=count
        )


def new_group(client: Callable[[str], Any]) -> Group:
    """Auto Scaling is asked before EC2: the mends must be in force whichever comes first."""
    autoscaling, name = client("autoscaling"), f"g-{uuid.uuid4().hex[:8]}"
    autoscaling.describe_auto_scaling_groups()
    ec2, elbv2 = client("ec2"), client("elbv2")
    vpc = ec2.create_vpc(CidrBlock="10.30.0.0/16")["Vpc"]["VpcId"]
    subnets = [
        ec2.create_subnet(
            VpcId=vpc, CidrBlock=f"10.30.{number}.0/24", AvailabilityZone=f"us-west-2{zone}"
        )["Subnet"]["SubnetId"]
        for number, zone in enumerate("ab")
    ]
    ec2.create_launch_template(
        LaunchTemplateName=name, LaunchTemplateData={"ImageId": IMAGE, "InstanceType": "t3.micro"}
    )
    target_group = elbv2.create_target_group(Name=name, Protocol="HTTP", Port=80, VpcId=vpc)
    arn = target_group["TargetGroups"][0]["TargetGroupArn"]
    autoscaling.create_auto_scaling_group(
        AutoScalingGroupName=name, MinSize=2, MaxSize=4, VPCZoneIdentifier=",".join(subnets),
        LaunchTemplate={"LaunchTemplateName": name}, TargetGroupARNs=[arn],
    )  # fmt: skip
    return Group(client, name, arn)


def it_spreads_over_its_zones(client: Any) -> bool:
    group = new_group(client)
    group.want(4)
    zones = Counter(one["AvailabilityZone"] for one in group.servers)
    return zones == {"us-west-2a": 2, "us-west-2b": 2}


def a_policy_tells_that_it_is_enabled_and_no_more(client: Any) -> bool:
    """Terraform asks for both; what comes back otherwise is a change in every plan."""
    group = new_group(client)
    policy(group, "up", 1)
    (told,) = client("autoscaling").describe_policies(PolicyNames=["up"])["ScalingPolicies"]
    return told.get("Enabled") is True and not told.get("PredictiveScalingConfiguration")


def policy(group: Group, name: str, step: int) -> None:
    group.client("autoscaling").put_scaling_policy(
        AutoScalingGroupName=group.name, PolicyName=name, AdjustmentType="ChangeInCapacity",
        ScalingAdjustment=step,
    )  # fmt: skip


def it_refuses_more_and_fewer_than_its_limits(client: Any) -> bool:
    group = new_group(client)
    return refused(lambda: group.want(1)) and refused(lambda: group.want(5))


def refused(call: Callable[[], object]) -> bool:
    try:
        call()
    except ClientError as error:
        return error.response["Error"]["Code"] == "ValidationError"
    return False


def a_policy_does_nothing_at_the_limit(client: Any) -> bool:
    group = new_group(client)
    for name, step in (("down", -1), ("far-up", 9)):
        policy(group, name, step)
        client("autoscaling").execute_policy(AutoScalingGroupName=group.name, PolicyName=name)
        if not 2 <= len(group.servers) <= 4:
            return False
    return len(group.servers) == 4


def a_policy_that_is_not_there_is_refused(client: Any) -> bool:
    group = new_group(client)
    autoscaling = client("autoscaling")
    return refused(
        lambda: autoscaling.execute_policy(AutoScalingGroupName=group.name, PolicyName="nobody's")
    )


def the_minimum_is_not_ended_without_a_successor(client: Any) -> bool:
    group = new_group(client)
    one = min(group.ids)
    return refused(
        lambda: client("autoscaling").terminate_instance_in_auto_scaling_group(
            InstanceId=one, ShouldDecrementDesiredCapacity=True
        )
    )


def an_unhealthy_server_is_replaced(client: Any) -> bool:
    group = new_group(client)
    before, one = group.ids, min(group.ids)
    client("autoscaling").set_instance_health(InstanceId=one, HealthStatus="Unhealthy")
    return len(group.ids) == 2 and group.ids & before == before - {one}


def the_successor_of_a_dead_server_is_a_target(client: Any) -> bool:
    group = new_group(client)
    client("ec2").terminate_instances(InstanceIds=[min(group.ids)])
    return len(group.ids) == 2 and sorted(group.targets) == sorted(group.ids)


def a_server_that_goes_is_a_target_no_longer(client: Any) -> bool:
    group = new_group(client)
    group.want(4)
    group.want(2)
    return sorted(group.targets) == sorted(group.ids)


SCENARIOS = {
    it_spreads_over_its_zones: "FakeAutoScalingGroup.replace_autoscaling_group_instances",
    a_policy_tells_that_it_is_enabled_and_no_more: "FakeScalingPolicy.__init__",
    it_refuses_more_and_fewer_than_its_limits: "AutoScalingResponse.set_desired_capacity",
    a_policy_does_nothing_at_the_limit: "AutoScalingBackend.change_capacity",
    a_policy_that_is_not_there_is_refused: "AutoScalingBackend.execute_policy",
    the_minimum_is_not_ended_without_a_successor: "AutoScalingBackend.terminate_instance",
    an_unhealthy_server_is_replaced: "AutoScalingBackend.set_instance_health",
    the_successor_of_a_dead_server_is_a_target: "AutoScalingBackend.notify_terminate_instances",
    a_server_that_goes_is_a_target_no_longer: "AutoScalingBackend.update_attached_target_groups",
}


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda one: one.__name__)
def test_the_mended_server_does_it_and_the_plain_one_does_not(moto: Any, scenario: Any) -> None:
    moto.prove(scenario)


def test_every_mend_has_its_scenario() -> None:
    from cloudlab.lab.emulators.mends_autoscaling import MENDS

    assert {f"{owner.__name__}.{name}" for owner, name, _ in MENDS} == set(SCENARIOS.values())


def test_a_number_within_the_limits_is_taken(moto: Any) -> None:
    group = new_group(moto.mended)
    for count in (3, 4, 2):
        group.want(count)
        assert len(group.servers) == count


def test_a_group_that_is_not_there_is_refused_in_awss_words(moto: Any) -> None:
    with pytest.raises(ClientError) as refusal:
        moto.mended("autoscaling").set_desired_capacity(
            AutoScalingGroupName="nobody", DesiredCapacity=1
        )
    assert refusal.value.response["ResponseMetadata"]["HTTPStatusCode"] == 400

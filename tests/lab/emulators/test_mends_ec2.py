"""What AWS's EC2 does, moto's mended server does, and moto's own server doesn't."""

from __future__ import annotations

import base64
import uuid
from typing import Any

import pytest
from botocore.exceptions import ClientError

pytestmark = [pytest.mark.lab, pytest.mark.timeout(180)]


#: One of the images that moto brings; to list them all takes it seconds.
IMAGE = "ami-03cf127a"


def template(ec2: Any, **data: Any) -> str:
    """A launch template of that data; its id."""
    made = ec2.create_launch_template(
        LaunchTemplateName=f"t-{uuid.uuid4().hex[:8]}",
        LaunchTemplateData={"ImageId": IMAGE, "InstanceType": "t3.micro", **data},
    )
    return str(made["LaunchTemplate"]["LaunchTemplateId"])


def network(ec2: Any) -> str:
    """A subnet in a VPC of its own."""
    vpc = ec2.create_vpc(CidrBlock="10.20.0.0/16")["Vpc"]["VpcId"]
    return str(ec2.create_subnet(VpcId=vpc, CidrBlock="10.20.1.0/24")["Subnet"]["SubnetId"])


def a_group_launches_from_a_second_version(client: Any) -> bool:
    """Its servers are born with that version's user data."""
    ec2 = client("ec2")
    first = template(ec2, UserData=base64.b64encode(b"one").decode())
    two = {"ImageId": IMAGE, "InstanceType": "t3.micro"}
    two["UserData"] = base64.b64encode(b"two").decode()
    ec2.create_launch_template_version(LaunchTemplateId=first, LaunchTemplateData=two)
    (server,) = servers(client, group(client, first))
    told = ec2.describe_instance_attribute(InstanceId=server, Attribute="userData")
    return base64.b64decode(told["UserData"]["Value"]) == b"two"


def group(client: Any, template_id: str) -> str:
    """The name of a group of one server, from the template's latest version."""
    name = f"g-{uuid.uuid4().hex[:8]}"
    client("autoscaling").create_auto_scaling_group(
        AutoScalingGroupName=name, MinSize=1, MaxSize=2, VPCZoneIdentifier=network(client("ec2")),
        LaunchTemplate={"LaunchTemplateId": template_id, "Version": "$Latest"},
    )  # fmt: skip
    return name


def servers(client: Any, name: str) -> list[str]:
    """The group's instances that are in service."""
    (group,) = client("autoscaling").describe_auto_scaling_groups(AutoScalingGroupNames=[name])[
        "AutoScalingGroups"
    ]
    return [one["InstanceId"] for one in group["Instances"] if one["HealthStatus"] == "Healthy"]


def a_version_holds_no_tags_of_the_template(client: Any) -> bool:
    """Tags given to the template at its making don't come back as tags of what it launches."""
    ec2 = client("ec2")
    own, launched = ({"Key": "k", "Value": value} for value in ("template", "instance"))
    made = ec2.create_launch_template(
        LaunchTemplateName=f"t-{uuid.uuid4().hex[:8]}",
        LaunchTemplateData={
            "ImageId": IMAGE,
            "TagSpecifications": [{"ResourceType": "instance", "Tags": [launched]}],
        },
        TagSpecifications=[{"ResourceType": "launch-template", "Tags": [own]}],
    )["LaunchTemplate"]["LaunchTemplateId"]
    (version,) = ec2.describe_launch_template_versions(LaunchTemplateId=made, Versions=["1"])[
        "LaunchTemplateVersions"
    ]
    specs = version["LaunchTemplateData"].get("TagSpecifications", [])
    return [spec["ResourceType"] for spec in specs] == ["instance"]


def a_stopped_server_of_a_group_is_replaced(client: Any) -> bool:
    """The group ends a stopped instance and starts another."""
    ec2 = client("ec2")
    name = group(client, template(ec2))
    (before,) = servers(client, name)
    ec2.stop_instances(InstanceIds=[before])
    (after,) = servers(client, name)
    seen = ec2.describe_instances(InstanceIds=[before])["Reservations"][0]["Instances"][0]
    return after != before and seen["State"]["Name"] == "terminated"


def a_deleted_gateway_lets_go_of_its_address(client: Any) -> bool:
    """The address is free afterwards, and can be lent to the next gateway."""
    ec2 = client("ec2")
    subnet, address = network(ec2), ec2.allocate_address(Domain="vpc")["AllocationId"]
    gateway = ec2.create_nat_gateway(SubnetId=subnet, AllocationId=address)["NatGateway"]
    ec2.delete_nat_gateway(NatGatewayId=gateway["NatGatewayId"])
    (seen,) = ec2.describe_addresses(AllocationIds=[address])["Addresses"]
    again = ec2.create_nat_gateway(SubnetId=subnet, AllocationId=address)["NatGateway"]
    return not seen.get("AssociationId") and again["State"] in ("pending", "available")


SCENARIOS = {
    a_group_launches_from_a_second_version: "LaunchTemplateVersion.__init__",
    a_version_holds_no_tags_of_the_template: "LaunchTemplateVersion.__init__",
    a_stopped_server_of_a_group_is_replaced: "InstanceBackend.stop_instances",
    a_deleted_gateway_lets_go_of_its_address: "NatGatewayBackend.delete_nat_gateway",
}


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda one: one.__name__)
def test_the_mended_server_does_it_and_the_plain_one_does_not(moto: Any, scenario: Any) -> None:
    moto.prove(scenario)


def test_every_mend_has_its_scenario() -> None:
    from cloudlab.lab.emulators.mends_ec2 import MENDS

    assert {f"{owner.__name__}.{name}" for owner, name, _ in MENDS} == set(SCENARIOS.values())


def test_an_instance_that_belongs_to_no_group_stays_stopped(moto: Any) -> None:
    ec2 = moto.mended("ec2")
    made = ec2.run_instances(
        ImageId=IMAGE, InstanceType="t3.micro", MinCount=1, MaxCount=1, SubnetId=network(ec2)
    )["Instances"][0]["InstanceId"]
    ec2.stop_instances(InstanceIds=[made])
    seen = ec2.describe_instances(InstanceIds=[made])["Reservations"][0]["Instances"][0]
    assert seen["State"]["Name"] == "stopped"


def test_user_data_that_is_no_base64_is_refused_as_aws_does(moto: Any) -> None:
    ec2 = moto.mended("ec2")
    first = template(ec2)
    with pytest.raises(ClientError, match="Malformed"):
        ec2.create_launch_template_version(
            LaunchTemplateId=first, LaunchTemplateData={"UserData": "#!/bin/sh"}
        )

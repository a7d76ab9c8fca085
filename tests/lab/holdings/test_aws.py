"""AWS's holdings: every kind that a learner can make is seen, told apart, and goes."""

from __future__ import annotations

import io
import json
import time
import uuid
import zipfile
from collections.abc import Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError

from cloudlab.lab import aws
from cloudlab.lab.holdings import Thing
from cloudlab.lab.holdings import aws as holdings
from cloudlab.lab.holdings.aws import HOLDINGS, KINDS
from cloudlab.lab.holdings.aws_removal import REMOVE
from cloudlab.lab.inventory import beyond, inventory
from cloudlab.lab.sweep import NotSwept, sweep

ROLE = "arn:aws:iam::000000000000:role/{}"
NOTHING = {"Effect": "Deny", "Action": "*", "Resource": "*"}
POLICY = json.dumps({"Version": "2012-10-17", "Statement": [NOTHING]})
IMAGE = "ami-03cf127a"


def test_every_kind_that_the_inventory_knows_can_be_removed() -> None:
    assert set(HOLDINGS.kinds) == set(REMOVE) == set(KINDS)
    assert {kind: REMOVE[kind][0] for kind in KINDS} == {kind: KINDS[kind][0] for kind in KINDS}


class Empty:
    """A client that finds nothing."""

    def can_paginate(self, _: str) -> bool:
        return False

    def __getattr__(self, _: str) -> Any:
        return lambda **_: {}


def answers(monkeypatch: pytest.MonkeyPatch, client: Any) -> None:
    monkeypatch.setattr(aws, "client", lambda service: client)


def test_nothing_is_an_empty_inventory(monkeypatch: pytest.MonkeyPatch) -> None:
    answers(monkeypatch, Empty())
    assert holdings.inventory() == {}


def test_an_error_is_not_taken_for_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    class Broken(Empty):
        def __getattr__(self, _: str) -> Any:
            raise ConnectionError

    answers(monkeypatch, Broken())
    with pytest.raises(ConnectionError):
        holdings.inventory()


class Stubborn:
    """A cloud that refuses to let go of anything, for the reason that its code gives."""

    def __init__(self, code: str) -> None:
        self.code = code

    def delete_vpc(self, VpcId: str) -> None:
        raise ClientError({"Error": {"Code": self.code, "Message": "it is in use"}}, "Delete")


VPC = Thing("vpc", "vpc-1")


@pytest.mark.parametrize("code", ["InvalidVpcID.NotFound", "NoSuchEntity", "NoSuchBucket"])
def test_what_went_with_something_else_is_no_problem(
    monkeypatch: pytest.MonkeyPatch, code: str
) -> None:
    answers(monkeypatch, Stubborn(code))
    assert holdings.remove([VPC]) == {}


@pytest.mark.parametrize("code", ["UnknownError", "LabPartDown", "DependencyViolation"])
def test_an_error_that_says_nothing_of_it_being_gone_is_not_taken_for_that(
    monkeypatch: pytest.MonkeyPatch, code: str
) -> None:
    answers(monkeypatch, Stubborn(code))
    assert "it is in use" in holdings.remove([VPC])[VPC]


# On a live lab


@pytest.fixture
def before(lab: Any) -> Iterator[dict[str, list[str]]]:
    """What the lab held; whatever a failing test leaves is swept, so that no other test sees it."""
    found = inventory(["aws"])
    yield found
    sweep(["aws"], beyond(found, inventory(["aws"])))


@pytest.fixture
def name() -> str:
    """A name that nothing else in the lab has."""
    return f"sweep-{uuid.uuid4().hex[:8]}"


@pytest.mark.lab
@pytest.mark.timeout(120)
def test_one_of_every_kind_is_made_and_all_of_it_goes(
    before: dict[str, list[str]], name: str
) -> None:
    subnets, group = make_network(name)
    make_machines(name, subnets)
    make_database(name, subnets, group)
    make_storage(name)
    make_identities(name)
    make_messages(name)
    made = beyond(before, inventory(["aws"]))
    assert set(KINDS) - set(made) == set(), "a kind that the test doesn't make"
    assert sweep(["aws"], made) == sum(len(ids) for ids in made.values())
    assert beyond(before, inventory(["aws"])) == {}
    assert sweep(["aws"], made), "what has gone already is no problem"


@pytest.mark.lab
def test_what_somebody_else_still_uses_is_named_and_stays(
    before: dict[str, list[str]], name: str
) -> None:
    """A target group goes after the load balancer that calls it, never from under it."""
    subnets, _ = make_network(name)
    make_machines(name, subnets)
    with pytest.raises(NotSwept, match=f"target group {name}"):
        sweep(["aws"], {"target group": [name]})
    assert name in inventory(["aws"])["target group"]


def make_network(name: str) -> tuple[list[str], str]:
    """Two subnets with all that a network has around them, and groups that name each other."""
    ec2 = aws.client("ec2")
    vpc = ec2.create_vpc(CidrBlock="10.40.0.0/16")["Vpc"]["VpcId"]
    subnets = [
        ec2.create_subnet(
            VpcId=vpc, CidrBlock=f"10.40.{number}.0/24", AvailabilityZone=f"us-west-2{zone}"
        )["Subnet"]["SubnetId"]
        for number, zone in enumerate("ab")
    ]
    gateway = ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
    ec2.attach_internet_gateway(InternetGatewayId=gateway, VpcId=vpc)
    make_routes(vpc, gateway, subnets)
    return subnets, make_groups(name, vpc)


def make_routes(vpc: str, gateway: str, subnets: list[str]) -> None:
    """A public table, and a private one behind a NAT gateway with an address."""
    ec2 = aws.client("ec2")
    address = ec2.allocate_address(Domain="vpc")["AllocationId"]
    nat = ec2.create_nat_gateway(SubnetId=subnets[0], AllocationId=address)["NatGateway"]
    ways = [{"GatewayId": gateway}, {"NatGatewayId": nat["NatGatewayId"]}]
    for subnet, way in zip(subnets, ways, strict=True):
        table = ec2.create_route_table(VpcId=vpc)["RouteTable"]["RouteTableId"]
        ec2.create_route(RouteTableId=table, DestinationCidrBlock="0.0.0.0/0", **way)
        ec2.associate_route_table(RouteTableId=table, SubnetId=subnet)


def make_groups(name: str, vpc: str) -> str:
    """Two security groups, each of which lets the other in; returns one."""
    ec2 = aws.client("ec2")
    one, other = (
        ec2.create_security_group(GroupName=f"{name}-{n}", Description="d", VpcId=vpc)["GroupId"]
        for n in (1, 2)
    )
    for group, source in ((one, other), (other, one)):
        rule = {"IpProtocol": "tcp", "FromPort": 80, "ToPort": 80}
        pair = [{"GroupId": source}]
        ec2.authorize_security_group_ingress(
            GroupId=group, IpPermissions=[{**rule, "UserIdGroupPairs": pair}]
        )
        ec2.authorize_security_group_egress(
            GroupId=group, IpPermissions=[{**rule, "UserIdGroupPairs": pair}]
        )
    return str(one)


def make_machines(name: str, subnets: list[str]) -> None:
    """A load balancer over an Auto Scaling group, a machine of its own, a key, an alarm."""
    ec2, elbv2 = aws.client("ec2"), aws.client("elbv2")
    ec2.create_key_pair(KeyName=name)
    ec2.create_launch_template(
        LaunchTemplateName=name, LaunchTemplateData={"ImageId": IMAGE, "InstanceType": "t3.micro"}
    )
    vpc = ec2.describe_subnets(SubnetIds=subnets[:1])["Subnets"][0]["VpcId"]
    target = elbv2.create_target_group(Name=name, Protocol="HTTP", Port=80, VpcId=vpc)
    arn = target["TargetGroups"][0]["TargetGroupArn"]
    balancer = elbv2.create_load_balancer(Name=name, Subnets=subnets)["LoadBalancers"][0]
    elbv2.create_listener(
        LoadBalancerArn=balancer["LoadBalancerArn"], Protocol="HTTP", Port=80,
        DefaultActions=[{"Type": "forward", "TargetGroupArn": arn}],
    )  # fmt: skip
    aws.client("autoscaling").create_auto_scaling_group(
        AutoScalingGroupName=name, MinSize=2, MaxSize=2, VPCZoneIdentifier=",".join(subnets),
        LaunchTemplate={"LaunchTemplateName": name}, TargetGroupARNs=[arn],
    )  # fmt: skip
    ec2.run_instances(
        ImageId=IMAGE, InstanceType="t3.micro", MinCount=1, MaxCount=1, SubnetId=subnets[0]
    )
    aws.client("cloudwatch").put_metric_alarm(
        AlarmName=name, Namespace="n", MetricName="m", Statistic="Average", Threshold=1, Period=60,
        EvaluationPeriods=1, ComparisonOperator="GreaterThanThreshold",
    )  # fmt: skip


def make_database(name: str, subnets: list[str], group: str) -> None:
    """A database that is protected against deletion, in a subnet group."""
    rds = aws.client("rds")
    rds.create_db_subnet_group(
        DBSubnetGroupName=name, DBSubnetGroupDescription="d", SubnetIds=subnets
    )
    rds.create_db_instance(
        DBInstanceIdentifier=name, Engine="postgres", DBInstanceClass="db.t3.micro",
        AllocatedStorage=20, MasterUsername="owner", MasterUserPassword="long-enough",
        DBSubnetGroupName=name, VpcSecurityGroupIds=[group], DeletionProtection=True,
    )  # fmt: skip


def make_storage(name: str) -> None:
    """A bucket with objects, versions and delete markers; one without versions; a table."""
    s3 = aws.client("s3")
    for bucket in (name, f"{name}-plain"):
        s3.create_bucket(
            Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": "us-west-2"}
        )
    s3.put_bucket_versioning(Bucket=name, VersioningConfiguration={"Status": "Enabled"})
    for key in ("a/b.txt", "a b ü.txt"):
        for body in (b"one", b"two"):
            s3.put_object(Bucket=name, Key=key, Body=body)
        s3.delete_object(Bucket=name, Key=key)
        s3.put_object(Bucket=f"{name}-plain", Key=key, Body=b"one")
    aws.client("dynamodb").create_table(
        TableName=name, BillingMode="PAY_PER_REQUEST",
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
    )  # fmt: skip


def make_identities(name: str) -> None:
    """A role and a user, each with a policy of its own and one attached; the user has a key."""
    iam = aws.client("iam")
    policy = iam.create_policy(PolicyName=name, PolicyDocument=POLICY)["Policy"]["Arn"]
    iam.create_role(RoleName=name, AssumeRolePolicyDocument=POLICY)
    iam.attach_role_policy(RoleName=name, PolicyArn=policy)
    iam.put_role_policy(RoleName=name, PolicyName="own", PolicyDocument=POLICY)
    iam.create_user(UserName=name)
    iam.attach_user_policy(UserName=name, PolicyArn=policy)
    iam.put_user_policy(UserName=name, PolicyName="own", PolicyDocument=POLICY)
    iam.create_access_key(UserName=name)


def make_messages(name: str) -> None:
    """A function and all that may call it."""
    aws.client("sqs").create_queue(QueueName=name)
    topic = aws.client("sns").create_topic(Name=name)["TopicArn"]
    to = topic.replace(":sns:", ":sqs:")
    aws.client("sns").subscribe(TopicArn=topic, Protocol="sqs", Endpoint=to)
    function = make_function(name)
    events = aws.client("events")
    events.put_rule(Name=name, ScheduleExpression="rate(1 day)")
    events.put_targets(Rule=name, Targets=[{"Id": "1", "Arn": function}])
    aws.client("logs").create_log_group(logGroupName=f"/aws/lambda/{name}")
    aws.client("apigateway").create_rest_api(name=name)
    machine = {"StartAt": "A", "States": {"A": {"Type": "Succeed"}}}
    aws.client("stepfunctions").create_state_machine(
        name=name, definition=json.dumps(machine), roleArn=ROLE.format(name)
    )


def make_function(name: str) -> str:
    """A Lambda function that does nothing; its ARN."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("index.py", "def handler(event, context): pass\n")
    made = aws.client("lambda").create_function(
        FunctionName=name, Runtime="python3.12", Role=ROLE.format(name), Handler="index.handler",
        Code={"ZipFile": packed.getvalue()},
    )  # fmt: skip
    return str(made["FunctionArn"])


@pytest.mark.lab
def test_what_a_learner_makes_is_seen_and_gone_again(lab: Any) -> None:
    before, name = inventory(["aws"]), f"t-{uuid.uuid4().hex[:8]}"
    vpc = aws.client("ec2").create_vpc(CidrBlock="10.9.0.0/16")["Vpc"]["VpcId"]
    aws.client("s3").create_bucket(
        Bucket=name, CreateBucketConfiguration={"LocationConstraint": "us-west-2"}
    )
    aws.client("sqs").create_queue(QueueName=name)
    after = inventory(["aws"])
    assert vpc in after["vpc"]
    assert name in after["bucket"]
    assert any(name in url for url in after["queue"])
    aws.client("ec2").delete_vpc(VpcId=vpc)
    aws.client("s3").delete_bucket(Bucket=name)
    aws.client("sqs").delete_queue(
        QueueUrl=aws.client("sqs").get_queue_url(QueueName=name)["QueueUrl"]
    )
    assert inventory(["aws"]) == before


@pytest.mark.lab
def test_every_kind_can_be_asked_quickly(lab: Any) -> None:
    inventory(["aws"])
    began = time.perf_counter()
    found = inventory(["aws"])
    assert set(found) <= set(KINDS)
    assert time.perf_counter() - began < 1.0  # 0.1 s on a quiet machine: `make bench` measures it

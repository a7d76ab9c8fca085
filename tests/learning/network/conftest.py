"""The section's network twice: made in an AWS inside this process, and by hand as values."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cache
from typing import Any

import boto3
import pytest
from moto import mock_aws

from cloudlab.learning.network import (
    Database,
    Instance,
    InternetGateway,
    Listener,
    LoadBalancer,
    NatGateway,
    Network,
    NetworkAcl,
    Route,
    RouteTable,
    Rule,
    ScalingGroup,
    SecurityGroup,
    Subnet,
    Target,
    TargetGroup,
    Vpc,
)

REGION = "us-west-2"


@cache  # making a client takes longer than all that it's asked here
def client(service: str) -> Any:
    make: Any = boto3.client
    return make(service, region_name=REGION)


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """moto in this process, with fake keys and no endpoint of the lab."""
    for name in ("AWS_ENDPOINT_URL", "AWS_PROFILE", "AWS_SESSION_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    with mock_aws():
        yield client


def named(kind: str, name: str, **tags: str) -> list[dict[str, Any]]:
    pairs = [{"Key": key, "Value": value} for key, value in {"Name": name, **tags}.items()]
    return [{"ResourceType": kind, "Tags": pairs}]


class Builder:
    """The section's network, made call by call as Terraform would."""

    def __init__(self, vpc_name: str = "main-vpc", cidr: str = "10.0", **tags: str) -> None:
        self.ec2, self.elb = client("ec2"), client("elbv2")
        self.prefix = cidr
        answer = self.ec2.create_vpc(
            CidrBlock=f"{cidr}.0.0/16", TagSpecifications=named("vpc", vpc_name, **tags)
        )
        self.vpc = answer["Vpc"]["VpcId"]

    def subnet(self, name: str, third: int, zone: str) -> str:
        answer = self.ec2.create_subnet(
            VpcId=self.vpc,
            CidrBlock=f"{self.prefix}.{third}.0/24",
            AvailabilityZone=f"{REGION}{zone}",
            TagSpecifications=named("subnet", name),
        )
        return str(answer["Subnet"]["SubnetId"])

    def gateway(self) -> str:
        answer = self.ec2.create_internet_gateway(
            TagSpecifications=named("internet-gateway", "main-igw")
        )
        id_ = str(answer["InternetGateway"]["InternetGatewayId"])
        self.ec2.attach_internet_gateway(VpcId=self.vpc, InternetGatewayId=id_)
        return id_

    def nat(self, subnet: str) -> str:
        address = self.ec2.allocate_address(Domain="vpc")
        answer = self.ec2.create_nat_gateway(
            SubnetId=subnet,
            AllocationId=address["AllocationId"],
            TagSpecifications=named("natgateway", "main-nat"),
        )
        return str(answer["NatGateway"]["NatGatewayId"])

    def table(self, name: str, subnets: list[str], **target: str) -> str:
        answer = self.ec2.create_route_table(
            VpcId=self.vpc, TagSpecifications=named("route-table", name)
        )
        id_ = str(answer["RouteTable"]["RouteTableId"])
        if target:
            self.ec2.create_route(RouteTableId=id_, DestinationCidrBlock="0.0.0.0/0", **target)
        for subnet in subnets:
            self.ec2.associate_route_table(RouteTableId=id_, SubnetId=subnet)
        return id_

    def group(self, name: str, port: int, **source: Any) -> str:
        answer = self.ec2.create_security_group(
            GroupName=f"{name}-0123",
            Description=name,
            VpcId=self.vpc,
            TagSpecifications=named("security-group", f"{name}-sg"),
        )
        rule = {"IpProtocol": "tcp", "FromPort": port, "ToPort": port, **source}
        id_ = str(answer["GroupId"])
        self.ec2.authorize_security_group_ingress(GroupId=id_, IpPermissions=[rule])
        return id_


WORLD = {"IpRanges": [{"CidrIp": "0.0.0.0/0"}]}


def from_group(group: str) -> dict[str, Any]:
    return {"UserIdGroupPairs": [{"GroupId": group}]}


def _build(**tags: str) -> Builder:
    """VPC, two public and two private subnets, NAT, ALB → web ×2 → database."""
    b = Builder(**tags)
    public = [b.subnet("public-subnet-1", 1, "a"), b.subnet("public-subnet-2", 2, "b")]
    private = [b.subnet("private-subnet-1", 10, "a"), b.subnet("private-subnet-2", 11, "b")]
    b.table("public-rt", public, GatewayId=b.gateway())
    b.table("private-rt", private, NatGatewayId=b.nat(public[0]))
    alb = b.group("alb", 80, **WORLD)
    web = b.group("web", 80, **from_group(alb))
    database = b.group("database", 5432, **from_group(web))
    _serve(b, public, private, alb, web)
    _store(private, database)
    return b


def _serve(b: Builder, public: list[str], private: list[str], alb: str, web: str) -> None:
    balancer = b.elb.create_load_balancer(Name="main-alb", Subnets=public, SecurityGroups=[alb])
    arn = balancer["LoadBalancers"][0]["LoadBalancerArn"]
    made = b.elb.create_target_group(Name="web-tg", Port=80, Protocol="HTTP", VpcId=b.vpc)
    group = made["TargetGroups"][0]["TargetGroupArn"]
    action = {"Type": "forward", "TargetGroupArn": group}
    b.elb.create_listener(LoadBalancerArn=arn, Port=80, Protocol="HTTP", DefaultActions=[action])
    data = {"ImageId": "ami-12c6146b", "InstanceType": "t3.micro", "SecurityGroupIds": [web]}
    b.ec2.create_launch_template(LaunchTemplateName="web", LaunchTemplateData=data)
    client("autoscaling").create_auto_scaling_group(
        AutoScalingGroupName="web-asg",
        MinSize=2,
        MaxSize=10,
        DesiredCapacity=2,
        VPCZoneIdentifier=",".join(private),
        LaunchTemplate={"LaunchTemplateName": "web"},
        TargetGroupARNs=[group],
        Tags=[{"Key": "Name", "Value": "web-instance", "PropagateAtLaunch": True}],
    )


def _store(private: list[str], group: str) -> None:
    rds = client("rds")
    rds.create_db_subnet_group(
        DBSubnetGroupName="main", DBSubnetGroupDescription="main", SubnetIds=private
    )
    rds.create_db_instance(
        DBInstanceIdentifier="main-db",
        DBInstanceClass="db.t3.micro",
        Engine="postgres",
        MasterUsername="workbook",
        MasterUserPassword="not-a-secret",
        AllocatedStorage=20,
        DBSubnetGroupName="main",
        VpcSecurityGroupIds=[group],
    )


@pytest.fixture
def build(aws: Any) -> Callable[..., Builder]:
    """Make the section's network in the AWS of this process; tags go on the VPC."""
    return _build


LOCAL = Route("10.0.0.0/16", "local", "local")
PUBLIC = RouteTable(
    "rtb-1",
    "public-rt",
    "vpc-1",
    routes=(Route("0.0.0.0/0", "internet gateway", "igw-1"), LOCAL),
)
PRIVATE = RouteTable(
    "rtb-2", "private-rt", "vpc-1", routes=(Route("0.0.0.0/0", "NAT gateway", "nat-1"), LOCAL)
)
MAIN = RouteTable("rtb-0", "main route table", "vpc-1", main=True, routes=(LOCAL,))
OUT = (Rule("all", cidrs=("0.0.0.0/0",)),)


def _subnet(name: str, third: int, zone: str, table: RouteTable) -> Subnet:
    return Subnet(name, name, "vpc-1", f"10.0.{third}.0/24", zone, table, associated=True)


def _group(name: str, port: int, **source: Any) -> SecurityGroup:
    return SecurityGroup(name, name, "vpc-1", (Rule("tcp", port, port, **source),), OUT)


@pytest.fixture
def made() -> Network:
    """The section's network as it should be: every way that should be open is."""
    private = ("private-subnet-1", "private-subnet-2")
    machines = [("i-1", private[0], "10.0.10.4"), ("i-2", private[1], "10.0.11.4")]
    balancer = LoadBalancer(
        "lb-1",
        "main-alb",
        "vpc-1",
        subnets=("public-subnet-1", "public-subnet-2"),
        groups=("alb-sg",),
        listeners=(Listener(80, forwards=("tg-1",)),),
    )
    return Network(
        vpcs=(Vpc("vpc-1", "main-vpc", "10.0.0.0/16"),),
        gateways=(InternetGateway("igw-1", "main-igw", ("vpc-1",)),),
        nats=(NatGateway("nat-1", "main-nat", "vpc-1", "public-subnet-1"),),
        tables=(MAIN, PRIVATE, PUBLIC),
        subnets=(
            _subnet(private[0], 10, "a", PRIVATE),
            _subnet(private[1], 11, "b", PRIVATE),
            _subnet("public-subnet-1", 1, "a", PUBLIC),
            _subnet("public-subnet-2", 2, "b", PUBLIC),
        ),
        groups=(
            _group("alb-sg", 80, cidrs=("0.0.0.0/0",)),
            _group("database-sg", 5432, groups=("web-sg",)),
            _group("web-sg", 80, groups=("alb-sg",)),
        ),
        instances=tuple(
            Instance(id_, "web-instance", "vpc-1", subnet, ("web-sg",), address=address)
            for id_, subnet, address in machines
        ),
        load_balancers=(balancer,),
        target_groups=(
            TargetGroup("tg-1", "web-tg", "vpc-1", 80, (Target("i-1", 80), Target("i-2", 80))),
        ),
        scaling_groups=(
            ScalingGroup("web-asg", "web-asg", "vpc-1", private, ("i-1", "i-2"), ("tg-1",), 2, 10),
        ),
        databases=(Database("main-db", "main-db", "vpc-1", 5432, private, ("database-sg",)),),
    )


def _balanced(network: Network, **changes: Any) -> Network:
    return replace(network, load_balancers=(replace(network.load_balancers[0], **changes),))


def _routed(network: Network, *routes: Route) -> Network:
    table = RouteTable("odd", "odd-rt", "vpc-1", routes=routes)
    return replace(network, subnets=tuple(replace(s, table=table) for s in network.subnets))


def _ruled(network: Network, *rules: Rule) -> Network:
    return replace(network, groups=tuple(replace(g, ingress=rules) for g in network.groups))


ODD: dict[str, Callable[[Network], Network]] = {
    "nothing but machines": lambda n: Network(instances=n.instances),
    "no subnets": lambda n: replace(n, subnets=()),
    "no tables": lambda n: replace(
        n, subnets=tuple(replace(s, table=None, associated=False) for s in n.subnets)
    ),
    "no groups": lambda n: replace(n, groups=()),
    "no VPC": lambda n: replace(n, vpcs=()),
    "no target groups": lambda n: replace(n, target_groups=()),
    "a balancer nowhere": lambda n: _balanced(n, subnets=(), groups=()),
    "broken addresses": lambda n: replace(
        n,
        subnets=tuple(replace(s, cidr="nonsense") for s in n.subnets),
        instances=tuple(replace(i, address="?") for i in n.instances),
    ),
    "broken rules": lambda n: _ruled(n, Rule("tcp", None, 80, ("pl-1", "")), Rule("58")),
    "a redirect to itself": lambda n: _balanced(n, listeners=(Listener(80, redirect_port=80),)),
    "redirects in a circle": lambda n: _balanced(
        n, listeners=(Listener(80, redirect_port=81), Listener(81, redirect_port=80))
    ),
    "the NAT routes to itself": lambda n: _routed(n, Route("0.0.0.0/0", "NAT gateway", "nat-1")),
    "a NAT that isn't there": lambda n: replace(n, nats=()),
    "an empty ACL": lambda n: replace(
        n, acls=(NetworkAcl("acl-1", "empty-acl", "vpc-1", ("public-subnet-1",)),)
    ),
    "prefix lists as destinations": lambda n: _routed(
        n, Route("pl-1", "other", ""), Route("", "other", "")
    ),
    "a group with nobody's target group": lambda n: replace(
        n, target_groups=(TargetGroup("x", "x", "vpc-1", 80),)
    ),
}


@pytest.fixture(params=list(ODD))
def odd(request: pytest.FixtureRequest, made: Network) -> Network:
    """A network that AWS would hardly give, but a backend or a moment in between might."""
    return ODD[request.param](made)

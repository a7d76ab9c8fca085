"""Reading a live network: every kind of thing, by tag, from backends that lack some."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError

from cloudlab.learning.network import read_network
from cloudlab.learning.network.routes import is_public
from cloudlab.learning.trace import trace

Build = Callable[..., Any]


def test_everything_that_the_section_makes_is_read(aws: Any, build: Build) -> None:
    build(Section="iaas")
    network = read_network(aws, tags={"Section": "iaas"})
    assert [vpc.name for vpc in network.vpcs] == ["main-vpc"]
    assert [gateway.name for gateway in network.gateways] == ["main-igw"]
    assert [(nat.name, nat.state) for nat in network.nats] == [("main-nat", "available")]
    assert [(s.name, is_public(network, s)) for s in network.subnets] == [
        ("private-subnet-1", False),
        ("private-subnet-2", False),
        ("public-subnet-1", True),
        ("public-subnet-2", True),
    ]
    assert {group.name for group in network.groups} == {
        "alb-sg",
        "database-sg",
        "default",
        "web-sg",
    }
    assert [instance.name for instance in network.instances] == ["web-instance"] * 2
    assert network.instances[0].tags == {"Name": "web-instance"}
    assert [listener.port for listener in network.load_balancers[0].listeners] == [80]
    assert len(network.target_groups[0].targets) == 2
    assert (network.scaling_groups[0].name, network.scaling_groups[0].most) == ("web-asg", 10)
    assert (network.databases[0].port, network.databases[0].public) == (5432, False)
    assert network.absent == ()


def test_the_sections_ways_are_open_as_read(aws: Any, build: Build) -> None:
    build()
    network = read_network(aws)
    for source, target in [
        ("internet", "web:80"),
        ("alb", "web:80"),
        ("web", "internet:443"),
        ("web", "database:5432"),
    ]:
        found = trace(network, source, target)
        assert found.reached, found.text()


def test_tags_pick_the_vpcs_and_what_stands_in_them(aws: Any, build: Build) -> None:
    build(Section="iaas")
    other = aws("ec2").create_vpc(CidrBlock="10.9.0.0/16")["Vpc"]["VpcId"]
    aws("ec2").create_subnet(VpcId=other, CidrBlock="10.9.1.0/24")
    assert len(read_network(aws).vpcs) == 3  # the account's default one is there too
    picked = read_network(aws, tags={"Section": "iaas"})
    assert [vpc.name for vpc in picked.vpcs] == ["main-vpc"]
    assert {subnet.vpc for subnet in picked.subnets} == {picked.vpcs[0].id}
    assert read_network(aws, tags={"Section": "none"}).subnets == ()


def test_what_has_no_name_tag_is_called_by_what_it_is(aws: Any) -> None:
    vpc = aws("ec2").create_vpc(CidrBlock="10.9.0.0/16")["Vpc"]["VpcId"]
    aws("ec2").create_tags(Resources=[vpc], Tags=[{"Key": "Section", "Value": "x"}])
    aws("ec2").create_subnet(VpcId=vpc, CidrBlock="10.9.1.0/24")
    network = read_network(aws, tags={"Section": "x"})
    assert network.vpcs[0].name == "VPC 10.9.0.0/16"
    assert network.subnets[0].name == "subnet 10.9.1.0/24"


def test_a_subnet_without_an_association_uses_the_main_table(aws: Any, build: Build) -> None:
    built = build(Section="iaas")
    built.subnet("lonely", 30, "a")
    network = read_network(aws, tags={"Section": "iaas"})
    lonely = next(subnet for subnet in network.subnets if subnet.name == "lonely")
    assert lonely.table is not None
    assert (lonely.table.main, lonely.associated) == (True, False)


def test_a_detached_gateway_is_still_read(aws: Any, build: Build) -> None:
    built = build(Section="iaas")
    gateway = read_network(aws, tags={"Section": "iaas"}).gateways[0].id
    aws("ec2").detach_internet_gateway(VpcId=built.vpc, InternetGatewayId=gateway)
    network = read_network(aws, tags={"Section": "iaas"})
    assert network.gateways[0].vpcs == ()
    assert trace(network, "internet", "alb:80").stopped_by == "igw-detached"


def test_terminated_machines_are_left_out(aws: Any, build: Build) -> None:
    build(Section="iaas")
    gone = read_network(aws).instances[0].id
    aws("ec2").terminate_instances(InstanceIds=[gone])
    assert gone not in {instance.id for instance in read_network(aws).instances}


class Lacking:
    """A client of a service that the backend doesn't have: every call is refused alike."""

    def __init__(self, error: Exception) -> None:
        self._error = error

    def can_paginate(self, operation: str) -> bool:
        return False

    def __getattr__(self, operation: str) -> Any:
        def call(**_: Any) -> Any:
            raise self._error

        return call


def refusal(code: str, message: str, status: int) -> ClientError:
    answer = {
        "Error": {"Code": code, "Message": message},
        "ResponseMetadata": {"HTTPStatusCode": status},
    }
    return ClientError(answer, "Describe")  # type: ignore[arg-type]


def without(aws: Any, services: set[str], error: Exception) -> Callable[[str], Any]:
    return lambda service: Lacking(error) if service in services else aws(service)


@pytest.mark.parametrize(
    "error",
    [
        refusal("InternalFailure", "The API for service elbv2 is not yet implemented", 501),
        refusal("UnknownOperation", "", 400),
        refusal("405", "<xml/>", 405),
        NotImplementedError(),
    ],
)
def test_a_service_that_the_backend_lacks_is_absent(aws: Any, error: Exception) -> None:
    network = read_network(without(aws, {"elbv2", "rds"}, error))
    assert network.absent == ("elbv2", "rds")
    assert not network.load_balancers
    assert not network.databases
    assert network.vpcs


def test_other_errors_are_raised(aws: Any) -> None:
    closed = EndpointConnectionError(endpoint_url="http://127.0.0.1:1")
    with pytest.raises(EndpointConnectionError):
        read_network(without(aws, {"elbv2"}, closed))
    denied = refusal("AccessDenied", "no", 403)
    with pytest.raises(ClientError, match="AccessDenied"):
        read_network(without(aws, {"rds"}, denied))

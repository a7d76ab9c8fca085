"""Tracing: the correct network, and each way of breaking it, stopped by a name of its own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import product
from typing import Any

import pytest

from cloudlab.learning.network import (
    AclEntry,
    Instance,
    InternetGateway,
    Listener,
    NatGateway,
    Network,
    NetworkAcl,
    Route,
    RouteTable,
    Rule,
    SecurityGroup,
    Subnet,
    Target,
    Vpc,
)
from cloudlab.learning.trace import Trace, trace

OPEN = [
    ("internet", "web:80"),
    ("internet", "alb:80"),
    ("alb", "web:80"),
    ("web", "internet:443"),
    ("web", "database:5432"),
    ("web", "db"),
    ("private-subnet-1", "internet:443"),
]


def table(name: str, *routes: Route) -> RouteTable:
    return RouteTable(name, name, "vpc-1", routes=routes)


def to(kind: Any, target: str, destination: str = "0.0.0.0/0") -> Route:
    return Route(destination, kind, target)


def with_table(network: Network, prefix: str, new: RouteTable, associated: bool = True) -> Network:
    """Give every subnet whose name starts so another table."""
    subnets = tuple(
        replace(s, table=new, associated=associated) if s.name.startswith(prefix) else s
        for s in network.subnets
    )
    return replace(network, subnets=subnets)


def with_group(network: Network, name: str, **changes: Any) -> Network:
    groups = (replace(g, **changes) if g.name == name else g for g in network.groups)
    return replace(network, groups=tuple(groups))


def with_balancer(network: Network, **changes: Any) -> Network:
    return replace(network, load_balancers=(replace(network.load_balancers[0], **changes),))


def with_targets(network: Network, *targets: Target) -> Network:
    return replace(network, target_groups=(replace(network.target_groups[0], targets=targets),))


def with_acl(network: Network, subnet: str, *entries: AclEntry) -> Network:
    acl = NetworkAcl("acl-1", "strict-acl", "vpc-1", (subnet,), entries)
    return replace(network, acls=(acl,))


@pytest.mark.parametrize(("source", "target"), OPEN)
def test_what_should_be_open_is(made: Network, source: str, target: str) -> None:
    found = trace(made, source, target)
    assert found.reached, found.text()
    assert found.stopped_by is None
    assert all(hop.ok for hop in found.hops)


@pytest.mark.parametrize(
    ("source", "target", "stop"),
    [
        ("internet", "i-1:80", "no-public-address"),  # an id is tried directly
        ("internet", "web:22", "no-public-address"),  # the load balancer has nothing to do with it
        ("internet", "database:5432", "no-public-address"),
        ("internet", "alb:443", "security-group:alb-ingress"),
        ("alb", "database:5432", "security-group:database-ingress"),
        ("alb", "web:22", "wrong-port"),
        ("database", "web:80", "security-group:web-ingress"),
        ("web", "database:3306", "security-group:database-ingress"),
        ("203.0.113.9", "i-1:80", "no-public-address"),
        ("internet", "internet:443", "outside"),
        ("web", "database:70000", "no-such-port"),
    ],
)
def test_what_should_be_shut_is(made: Network, source: str, target: str, stop: str) -> None:
    assert trace(made, source, target).stopped_by == stop


Breaking = Callable[[Network], Network]
WORLD = ("0.0.0.0/0",)

BROKEN: dict[str, tuple[Breaking, str, str, str]] = {
    "the public table has no route": (
        lambda n: with_table(n, "public", table("public-rt")),
        "internet",
        "alb:80",
        "route:private-subnet",
    ),
    "the public table isn't associated": (
        lambda n: with_table(n, "public", n.tables[0], associated=False),
        "internet",
        "web:80",
        "route:private-subnet",
    ),
    "the gateway is detached": (
        lambda n: replace(n, gateways=(InternetGateway("igw-1", "main-igw"),)),
        "internet",
        "alb:80",
        "igw-detached",
    ),
    "the gateway is detached, on the way out": (
        lambda n: replace(n, gateways=(InternetGateway("igw-1", "main-igw"),)),
        "web",
        "internet:443",
        "igw-detached",
    ),
    "the gateway is gone": (
        lambda n: replace(n, gateways=()),
        "internet",
        "alb:80",
        "igw-detached",
    ),
    "private subnets have no way out": (
        lambda n: with_table(n, "private", table("private-rt")),
        "web",
        "internet:443",
        "route:no-way-out",
    ),
    "the NAT stands in a private subnet": (
        lambda n: replace(n, nats=(NatGateway("nat-1", "main-nat", "vpc-1", "private-subnet-1"),)),
        "web",
        "internet:443",
        "nat-in-private-subnet",
    ),
    "the NAT is deleted": (
        lambda n: replace(n, nats=(replace(n.nats[0], state="deleted"),)),
        "web",
        "internet:443",
        "nat-not-available",
    ),
    "the NAT is a private one": (
        lambda n: replace(n, nats=(replace(n.nats[0], public=False),)),
        "web",
        "internet:443",
        "nat-private",
    ),
    "the private route goes to the internet gateway": (
        lambda n: with_table(n, "private", table("private-rt", to("internet gateway", "igw-1"))),
        "web",
        "internet:443",
        "no-public-address",
    ),
    "one private subnet of two has no way out": (
        lambda n: with_table(n, "private-subnet-2", table("private-rt-2")),
        "web",
        "internet:443",
        "route:no-way-out",
    ),
    "the route is a black hole": (
        lambda n: with_table(
            n, "private", table("private-rt", Route("0.0.0.0/0", "other", "eni-1", True))
        ),
        "web",
        "internet:443",
        "route:black-hole",
    ),
    "the route leads to a peering": (
        lambda n: with_table(n, "private", table("private-rt", to("other", "pcx-1"))),
        "web",
        "internet:443",
        "route:not-followed",
    ),
    "the web group lets nothing in": (
        lambda n: with_group(n, "web-sg", ingress=()),
        "internet",
        "web:80",
        "security-group:web-ingress",
    ),
    "the web group lets another port in": (
        lambda n: with_group(n, "web-sg", ingress=(Rule("tcp", 8080, 8080, WORLD),)),
        "alb",
        "web:80",
        "security-group:web-ingress",
    ),
    "the web group lets udp in": (
        lambda n: with_group(n, "web-sg", ingress=(Rule("udp", 80, 80, WORLD),)),
        "alb",
        "web:80",
        "security-group:web-ingress",
    ),
    "the balancer's group is open to one office alone": (
        lambda n: with_group(n, "alb-sg", ingress=(Rule("tcp", 80, 80, ("203.0.113.0/24",)),)),
        "internet",
        "alb:80",
        "security-group:alb-ingress",
    ),
    "the database's group names another group": (
        lambda n: with_group(n, "database-sg", ingress=(Rule("tcp", 5432, 5432, (), ("alb-sg",)),)),
        "web",
        "database:5432",
        "security-group:database-ingress",
    ),
    "the web group lets nothing out": (
        lambda n: with_group(n, "web-sg", egress=()),
        "web",
        "database:5432",
        "security-group:web-egress",
    ),
    "the web group lets only the database's port out": (
        lambda n: with_group(n, "web-sg", egress=(Rule("tcp", 5432, 5432, WORLD),)),
        "web",
        "internet:443",
        "security-group:web-egress",
    ),
    "the balancer's group lets nothing out": (
        lambda n: with_group(n, "alb-sg", egress=()),
        "internet",
        "web:80",
        "security-group:alb-egress",
    ),
    "there is no listener": (
        lambda n: with_balancer(n, listeners=()),
        "internet",
        "web:80",
        "no-listener",
    ),
    "there is no listener, asked directly": (
        lambda n: with_balancer(n, listeners=()),
        "internet",
        "alb:80",
        "no-listener",
    ),
    "there is no listener, onwards": (
        lambda n: with_balancer(n, listeners=()),
        "alb",
        "web:80",
        "no-listener",
    ),
    "the listener is on another port": (
        lambda n: with_balancer(n, listeners=(Listener(8080, forwards=("tg-1",)),)),
        "internet",
        "web:80",
        "no-listener",
    ),
    "the listener answers by itself": (
        lambda n: with_balancer(n, listeners=(Listener(80),)),
        "internet",
        "web:80",
        "no-forwarding",
    ),
    "the listener redirects to a port without one": (
        lambda n: with_balancer(
            with_group(n, "alb-sg", ingress=(Rule("all", cidrs=WORLD),)),
            listeners=(Listener(80, redirect_port=443),),
        ),
        "internet",
        "web:80",
        "no-listener",
    ),
    "the target group is empty": (with_targets, "internet", "web:80", "no-target"),
    "the targets are unhealthy": (
        lambda n: with_targets(n, Target("i-1", 80, "unhealthy")),
        "internet",
        "web:80",
        "target-unhealthy",
    ),
    "the targets' zones aren't the balancer's": (
        lambda n: replace(n, subnets=tuple(_zoned(s) for s in n.subnets)),
        "internet",
        "web:80",
        "target-zone",
    ),
    "the balancer is internal": (
        lambda n: with_balancer(n, internal=True),
        "internet",
        "alb:80",
        "no-public-address",
    ),
    "the balancer is internal, and so no way in": (
        lambda n: with_balancer(n, internal=True),
        "internet",
        "web:80",
        "no-public-address",
    ),
    "the balancer stands in private subnets": (
        lambda n: with_balancer(n, subnets=("private-subnet-1", "private-subnet-2")),
        "internet",
        "web:80",
        "route:private-subnet",
    ),
    "the database is public in a private subnet": (
        lambda n: replace(n, databases=(replace(n.databases[0], public=True),)),
        "internet",
        "database:5432",
        "route:private-subnet",
    ),
    "the database listens on another port": (
        lambda n: replace(n, databases=(replace(n.databases[0], port=5433),)),
        "web",
        "database:5432",
        "wrong-port",
    ),
    "the machines are stopped": (
        lambda n: replace(n, instances=tuple(replace(i, state="stopped") for i in n.instances)),
        "web",
        "database:5432",
        "not-running",
    ),
    "there are no machines": (
        lambda n: replace(n, instances=()),
        "internet",
        "web:80",
        "no-instance",
    ),
    "an ACL denies the way in": (
        lambda n: with_acl(n, "private-subnet-1", *_acl(deny_in=5432)),
        "public-subnet-1",
        "database:5432",
        "network-acl:database-ingress",
    ),
    "an ACL forgets the replies": (
        lambda n: with_acl(n, "public-subnet-1", *_acl(out=(443, 443))),
        "internet",
        "alb:80",
        "network-acl:alb-replies",
    ),
    "an ACL around the NAT denies the way out": (
        lambda n: with_acl(n, "public-subnet-1", *_acl(out=(1024, 65535))),
        "web",
        "internet:443",
        "network-acl:nat-egress",
    ),
}


def _zoned(subnet: Subnet) -> Subnet:
    return replace(subnet, zone="c") if subnet.name.startswith("private") else subnet


def _acl(deny_in: int | None = None, out: tuple[int, int] | None = None) -> list[AclEntry]:
    """Open both ways, but for a denied port inwards, or for all but some ports outwards."""
    entries = [AclEntry(100, False, True, "all", "0.0.0.0/0")]
    if deny_in:
        entries.append(AclEntry(50, False, False, "tcp", "0.0.0.0/0", deny_in, deny_in))
    first, last = out or (None, None)
    return [*entries, AclEntry(100, True, True, "tcp", "0.0.0.0/0", first, last)]


@pytest.mark.parametrize("name", BROKEN)
def test_each_fault_is_named(made: Network, name: str) -> None:
    breaking, source, target, stop = BROKEN[name]
    found = trace(breaking(made), source, target)
    assert found.stopped_by == stop, found.text()
    assert not found.reached
    assert [hop.ok for hop in found.hops] == [True] * (len(found.hops) - 1) + [False]


RIGHT: dict[str, tuple[Breaking, str, str]] = {
    "the main table has the route, edited": (
        lambda n: with_table(
            n, "public", table("main", to("internet gateway", "igw-1")), associated=False
        ),
        "internet",
        "web:80",
    ),
    "the internet is routed in halves": (
        lambda n: with_table(
            n,
            "public",
            table(
                "public-rt",
                to("internet gateway", "igw-1", "0.0.0.0/1"),
                to("internet gateway", "igw-1", "128.0.0.0/1"),
            ),
        ),
        "internet",
        "web:80",
    ),
    "the group is open to the internet in halves": (
        lambda n: with_group(
            n, "alb-sg", ingress=(Rule("tcp", 80, 80, ("0.0.0.0/1", "128.0.0.0/1")),)
        ),
        "internet",
        "alb:80",
    ),
    "the group lets the VPC's addresses in": (
        lambda n: with_group(n, "web-sg", ingress=(Rule("tcp", 80, 80, ("10.0.0.0/16",)),)),
        "internet",
        "web:80",
    ),
    "two rules let the web subnets in together": (
        lambda n: with_group(
            n,
            "database-sg",
            ingress=(
                Rule("tcp", 5432, 5432, ("10.0.10.0/24",)),
                Rule("tcp", 5000, 6000, ("10.0.11.0/24",)),
            ),
        ),
        "web",
        "database:5432",
    ),
    "the target group is on another port": (
        lambda n: with_group(
            with_targets(n, Target("i-1", 8080), Target("i-2", 8080)),
            "web-sg",
            ingress=(Rule("tcp", 0, 65535, (), ("alb-sg",)),),
        ),
        "internet",
        "web:80",
    ),
    "targets are registered by address": (
        lambda n: with_targets(n, Target("10.0.10.4", 80), Target("10.0.11.4", 80)),
        "internet",
        "web:80",
    ),
    "the listener redirects to one that forwards": (
        lambda n: with_balancer(
            with_group(n, "alb-sg", ingress=(Rule("tcp", 80, 443, WORLD),)),
            listeners=(Listener(80, redirect_port=443), Listener(443, forwards=("tg-1",))),
        ),
        "internet",
        "web:80",
    ),
    "one target of two is healthy": (
        lambda n: with_targets(n, Target("i-1", 80, "unhealthy"), Target("i-2", 80)),
        "internet",
        "web:80",
    ),
    "a machine does the NAT's work": (
        lambda n: replace(
            with_table(
                with_group(n, "alb-sg", ingress=(Rule("all", cidrs=("10.0.0.0/16",)),)),
                "private",
                table("private-rt", to("instance", "i-9")),
            ),
            instances=(
                *n.instances,
                Instance(
                    "i-9",
                    "nat-machine",
                    "vpc-1",
                    "public-subnet-1",
                    ("alb-sg",),
                    address="10.0.1.9",
                    public_address="203.0.113.4",
                    forwards_for_others=True,
                ),
            ),
        ),
        "web",
        "internet:443",
    ),
    "an ACL lets all that is needed": (
        lambda n: with_acl(n, "public-subnet-1", *_acl(out=(0, 65535))),
        "internet",
        "web:80",
    ),
}


@pytest.mark.parametrize("name", RIGHT)
def test_another_right_answer_passes(made: Network, name: str) -> None:
    change, source, target = RIGHT[name]
    found = trace(change(made), source, target)
    assert found.reached, found.text()


def test_the_text_is_the_same_on_every_run_and_holds_no_ids(made: Network) -> None:
    expected = """\
internet → web:80, computed from the live rules: no packet is sent here
✓ main-alb: has a public address
✓ route of public-subnet-1: public-rt sends 0.0.0.0/0 to main-igw
✓ internet gateway main-igw: attached to main-vpc
✓ security group alb-sg: lets tcp 80 in from 0.0.0.0/0
✓ load balancer main-alb: its listener on port 80 forwards to web-tg
✓ target group web-tg: holds web-instance on port 80, reported healthy
✓ security group alb-sg: lets everything out to 0.0.0.0/0
✓ local route: both ends stand in main-vpc, whose subnets reach each other
✓ security group web-sg: lets tcp 80 in from group alb-sg
Reached: the rules let tcp 80 through. Whether a program answers there is not computed."""
    assert trace(made, "internet", "web:80").text() == expected
    shuffled = replace(
        made, subnets=made.subnets[::-1], instances=made.instances[::-1], groups=made.groups[::-1]
    )
    assert trace(shuffled, "internet", "web:80").text() == expected


def test_where_a_backend_puts_the_machines_makes_no_difference(made: Network) -> None:
    crowded = replace(
        made, instances=tuple(replace(i, subnet="private-subnet-2") for i in made.instances)
    )
    for source, target in OPEN:
        assert trace(crowded, source, target).text() == trace(made, source, target).text()
    broken = with_table(made, "private-subnet-1", table("private-rt-1"))
    assert trace(broken, "web", "internet:443").stopped_by == "route:no-way-out"
    moved = replace(broken, instances=crowded.instances)
    assert trace(moved, "web", "internet:443").text() == trace(broken, "web", "internet:443").text()


def test_a_group_is_told_from_an_address(made: Network) -> None:
    assert "from group web-sg" in trace(made, "web", "database").text()
    by_address = with_group(
        made, "database-sg", ingress=(Rule("tcp", 5432, 5432, ("10.0.0.0/16",)),)
    )
    assert "in from 10.0.0.0/16" in trace(by_address, "web", "database").text()
    assert trace(by_address, "alb", "database").reached


def test_a_stop_says_what_the_group_lets_in(made: Network) -> None:
    text = trace(made, "alb", "database:5432").text()
    assert "lets no tcp 5432 in from main-alb; it lets in: tcp 5432 from group web-sg" in text
    assert text.splitlines()[-1] == "Stopped by security-group:database-ingress."


def test_a_way_that_is_open_in_part_says_so(made: Network) -> None:
    half = with_table(made, "public-subnet-2", table("other-rt"))
    found = trace(half, "internet", "alb:80")
    assert (found.stopped_by, found.partly) == ("route:private-subnet", True)
    assert "a part of the calls succeed" in found.text()


def test_the_main_table_is_called_that(made: Network) -> None:
    loose = with_table(made, "public", made.tables[0], associated=False)
    assert "main one as no other is associated" in trace(loose, "internet", "alb:80").text()


def test_an_unknown_name_lists_the_names(made: Network) -> None:
    found = trace(made, "nowhere", "web:80")
    assert found.stopped_by == "no-such-name"
    assert "internet, alb, database, web-instance, web-asg, private-subnet-1" in found.text()
    assert trace(Network(), "internet", "alb:80").stopped_by == "no-such-name"
    assert trace(made, "", "web").stopped_by == "no-such-name"


def test_a_machine_with_a_public_address_is_reached_directly(made: Network) -> None:
    machine = Instance(
        "i-7",
        "bastion",
        "vpc-1",
        "public-subnet-1",
        ("alb-sg",),
        address="10.0.1.7",
        public_address="203.0.113.7",
    )
    network = replace(made, instances=(*made.instances, machine))
    for target in ("bastion:80", "i-7:80", "10.0.1.7:80", "203.0.113.7:80"):
        found = trace(network, "internet", target)
        assert found.reached, found.text()
        assert "load balancer" not in found.text()
    assert trace(network, "bastion", "internet:443").reached


def test_two_networks_are_apart(made: Network) -> None:
    other = replace(
        made,
        vpcs=(*made.vpcs, Vpc("vpc-2", "other-vpc", "10.1.0.0/16")),
        subnets=(*made.subnets, Subnet("far", "far", "vpc-2", "10.1.1.0/24", "a")),
        groups=(*made.groups, SecurityGroup("far-sg", "far-sg", "vpc-2")),
        instances=(*made.instances, Instance("i-8", "worker", "vpc-2", "far", ("web-sg",))),
    )
    assert trace(other, "worker", "database:5432").stopped_by == "route:other-vpc"
    assert trace(other, "web", "database:5432").reached
    copies = replace(
        other, instances=(*other.instances, replace(other.instances[-1], name="web-2"))
    )
    assert trace(copies, "web", "database:5432").reached


def test_a_network_load_balancer_leaves_the_callers_address(made: Network) -> None:
    network = with_balancer(made, type="network", groups=())
    assert trace(network, "internet", "web:80").stopped_by == "security-group:web-ingress"
    opened = with_group(network, "web-sg", ingress=(Rule("tcp", 80, 80, WORLD),))
    assert trace(opened, "internet", "web:80").reached


def test_ipv6_addresses_keep_their_colons(made: Network) -> None:
    found = trace(made, "web", "2001:db8::1")
    assert found.title == "web → 2001:db8::1:443"
    assert found.stopped_by == "security-group:web-egress"
    six = with_group(made, "web-sg", egress=(Rule("all", cidrs=("::/0",)),))
    assert trace(six, "web", "[2001:db8::1]:443").stopped_by == "route:no-way-out"


def test_a_notebook_gets_text_and_a_card(made: Network) -> None:
    bundle = trace(made, "<b>", "web:80")._repr_mimebundle_()
    assert set(bundle) == {"text/plain", "text/html"}
    assert "&lt;b&gt;" in bundle["text/html"]
    assert "<b>:" not in bundle["text/html"]
    assert "no packet is sent here" in bundle["text/html"]


WORDS = ["internet", "alb", "web", "database", "i-1", "10.0.10.4", "10.0.1.77", "8.8.8.8", "::1"]
WORDS += [
    "public-subnet-1",
    "private",
    "",
    ":",
    ":80",
    "web:",
    "web:http",
    "x:0",
    "alb:99999",
    "²:²",
]


def test_tracing_never_raises(odd: Network) -> None:
    for source, target in product(WORDS, WORDS):
        found = trace(odd, source, target)
        assert isinstance(found, Trace)
        assert found.hops
        assert found.text() == trace(odd, source, target).text()
        assert found.reached is (found.stopped_by is None)

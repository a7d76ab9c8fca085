"""The way between two places: filters and routes, hop by hop.

`path` chooses by where the ends stand: outwards, inwards, or inside one VPC. Each function
yields hops as if all were well; `hops.until_stopped` cuts the way at the first stop.
"""

from __future__ import annotations

from collections.abc import Iterator

from .guards import ask_acl, ask_acl_replies, ask_groups
from .hops import Hop
from .model import Network, Vpc, find
from .outlets import leave
from .places import Place
from .routes import door, public_address


def path(network: Network, source: Place, target: Place, port: int) -> Iterator[Hop]:
    """Walk from one place to another on a tcp port."""
    yield from _running(source)
    if source.vpc is None and target.vpc is None:
        yield Hop("the internet", "both ends are outside; no rule here sees the packet", "outside")
    elif target.vpc is None:
        yield from _outwards(network, source, target, port)
    elif source.vpc is None:
        yield from _inwards(network, source, target, port)
    elif source.vpc == target.vpc:
        yield from _inside(network, source, target, port)
    else:
        yield from _elsewhere(network, source, target)
    yield from _running(target)


def _running(place: Place) -> Iterator[Hop]:
    if not place.running:
        yield Hop(place.name, "the machine is stopped", "not-running")


def _outwards(network: Network, source: Place, target: Place, port: int) -> Iterator[Hop]:
    yield from ask_groups(network, source, target, port, inwards=False)
    yield from ask_acl(network, source, target, port, egress=True)
    yield from leave(network, source, target, port)
    yield from ask_acl_replies(network, source, target, egress=False)


def _inwards(network: Network, source: Place, target: Place, port: int) -> Iterator[Hop]:
    yield public_address(target)
    yield from door(network, target, source.address)
    yield from ask_acl(network, target, source, port, egress=False)
    yield from ask_groups(network, target, source, port, inwards=True)
    yield from ask_acl_replies(network, target, source, egress=True)


def _inside(network: Network, source: Place, target: Place, port: int) -> Iterator[Hop]:
    yield from ask_groups(network, source, target, port, inwards=False)
    yield _local(network, source)
    # A network ACL stands around a subnet: what stays inside one never meets it.
    across = source.subnet != target.subnet
    if across:
        yield from ask_acl(network, source, target, port, egress=True)
        yield from ask_acl(network, target, source, port, egress=False)
    yield from ask_groups(network, target, source, port, inwards=True)
    if across:
        yield from ask_acl_replies(network, target, source, egress=True)
        yield from ask_acl_replies(network, source, target, egress=False)


def _local(network: Network, source: Place) -> Hop:
    vpc: Vpc | None = find(network.vpcs, source.vpc)
    name = vpc.name if vpc else "one VPC"
    return Hop("local route", f"both ends stand in {name}, whose subnets reach each other")


def _elsewhere(network: Network, source: Place, target: Place) -> Iterator[Hop]:
    here, there = (find(network.vpcs, place.vpc) for place in (source, target))
    told = f"{there.name if there else 'the other end'} is another network than "
    told += f"{here.name if here else 'this one'}; peerings are not followed here"
    yield Hop("route", told, "route:other-vpc")

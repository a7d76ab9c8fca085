"""The way out of a VPC: by a machine's own public address, by a NAT gateway, by a NAT instance."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from ipaddress import IPv4Network

from .guards import ask_acl, ask_acl_replies, ask_groups
from .hops import Hop
from .model import INTERNET, NatGateway, Network, Route, cidr, find
from .places import Place, instance_place
from .routes import attached, best_route, no_route, taken


def leave(network: Network, place: Place, target: Place, port: int) -> Iterator[Hop]:
    """Go out to the internet from a place: by its own public address, or by a NAT."""
    if place.subnet is None:
        yield Hop(place.name, "stands in no subnet that is known here", "route:no-subnet")
        return
    subnet, route = place.subnet, best_route(place.subnet.table, target.address)
    if route is None:
        told = no_route(network, subnet, route)
        yield Hop(f"route of {subnet.name}", told, "route:no-way-out")
        return
    yield taken(network, subnet, route)
    if route.kind in ("internet gateway", "egress-only gateway"):
        yield attached(network, subnet, route)
        if isinstance(target.address, IPv4Network):
            yield _address_to_leave(place)
    elif route.kind in ("NAT gateway", "instance"):
        yield from _lent(network, route, place, target, port)
    else:
        yield _no_further(route)


def _address_to_leave(place: Place) -> Hop:
    if place.public:
        return Hop(place.name, "leaves under its public address")
    told = "has no public address for replies to come back to; the gateway lends none"
    return Hop(place.name, told, "no-public-address")


def _no_further(route: Route) -> Hop:
    if route.blackhole:
        return Hop("route", "its target is gone: a black hole", "route:black-hole")
    if route.kind == "local":
        return Hop("local route", "nothing stands at that address", "route:nothing-there")
    return Hop("route", "what it leads to is not followed here", "route:not-followed")


def _lent(network: Network, route: Route, place: Place, target: Place, port: int) -> Iterator[Hop]:
    """Pass a NAT, which lends its address: a gateway, or a machine that does its work."""
    if route.kind == "NAT gateway":
        nat, hop = _gateway(network, find(network.nats, route.target))
    else:
        nat, hop = _machine(network, route)
    if nat is None:
        yield hop
        return
    across = place.subnet != nat.subnet
    if across:
        yield from ask_acl(network, nat, place, port, egress=False)
    yield from ask_groups(network, nat, place, port, inwards=True)
    yield from ask_groups(network, nat, target, port, inwards=False)
    yield from _outlet(network, nat, target, port)
    if across:
        yield from ask_acl_replies(network, nat, place, egress=True)


def _gateway(network: Network, nat: NatGateway | None) -> tuple[Place | None, Hop]:
    """Return where a NAT gateway stands, or a hop that says why it doesn't work."""
    if nat is None or nat.state != "available":
        state = f"is {nat.state}" if nat else "is not there"
        name = f"NAT gateway {nat.name}" if nat else "NAT gateway"
        return None, Hop(name, state, "nat-not-available")
    name, subnet = f"NAT gateway {nat.name}", find(network.subnets, nat.subnet)
    hop = Hop(name, "is a private one: it has no public address to lend", "nat-private")
    where = cidr(subnet.cidr) if subnet else None
    place = Place("NAT", "nat", name, where or INTERNET, nat.id, nat.vpc, subnet, public=True)
    return (place if nat.public else None), hop


def _machine(network: Network, route: Route) -> tuple[Place | None, Hop]:
    """Return where a NAT instance stands, or a hop that says what it lacks."""
    nat = find(network.instances, route.target)
    told = "needs a public address, and its source/destination check off, to work as a NAT"
    hop = Hop(f"instance {nat.name}" if nat else "instance", told, "nat-not-available")
    if nat is None or not nat.forwards_for_others or not nat.public_address:
        return None, hop
    place = instance_place(network, nat, "nat")
    return replace(place, name=f"instance {nat.name}"), hop


def _outlet(network: Network, nat: Place, target: Place, port: int) -> Iterator[Hop]:
    """Leave from a NAT's own subnet, which must be a public one."""
    if nat.subnet is None:
        yield Hop(nat.name, "stands in no subnet that is known here", "route:no-subnet")
        return
    route = best_route(nat.subnet.table, target.address)
    if route is None or route.kind != "internet gateway":
        told = no_route(network, nat.subnet, route)
        told = f"stands in {nat.subnet.name}, a private subnet: {told}"
        yield Hop(nat.name, told, "nat-in-private-subnet")
        return
    yield Hop(nat.name, f"stands in {nat.subnet.name} and lends its public address")
    yield from ask_acl(network, nat, target, port, egress=True)
    yield taken(network, nat.subnet, route)
    yield attached(network, nat.subnet, route)
    yield from ask_acl_replies(network, nat, target, egress=False)

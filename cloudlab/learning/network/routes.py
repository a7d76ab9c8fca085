"""Routes: which line of which table takes a packet, and through which gateway.

A subnet is public or private by its route alone: public is one whose packets for the internet
go to an internet gateway.
"""

from __future__ import annotations

from collections.abc import Iterator

from .filters import covers
from .hops import Hop
from .model import (
    INTERNET,
    Instance,
    InternetGateway,
    IPNetwork,
    NatGateway,
    Network,
    Route,
    RouteTable,
    Subnet,
    cidr,
    find,
)
from .places import Place


def best_route(table: RouteTable | None, address: IPNetwork) -> Route | None:
    """Return the most precise route that takes the whole of `address`.

    The internet may also be taken in halves (0.0.0.0/1 and 128.0.0.0/1), both the same way.
    """
    routes = table.routes if table else ()
    taking = [route for route in routes if covers([route.destination], address)]
    if taking:
        return max(taking, key=lambda route: _precision(route.destination))
    if address != INTERNET:
        return None
    halves = [best_route(table, half) for half in address.subnets()]
    first, second = halves
    same = first and second and (first.kind, first.target) == (second.kind, second.target)
    return first if same else None


def _precision(destination: str) -> int:
    network = cidr(destination)
    return network.prefixlen if network else -1


def is_public(network: Network, subnet: Subnet) -> bool:
    """Say whether a subnet's packets for the internet go to a gateway attached to its VPC."""
    route = best_route(subnet.table, INTERNET)
    if route is None or route.kind != "internet gateway":
        return False
    gateway = find(network.gateways, route.target)
    return gateway is not None and subnet.vpc in gateway.vpcs


def table_name(subnet: Subnet) -> str:
    """Name the table in effect, and say where it is the main one for want of another."""
    if subnet.table is None:
        return "a missing route table"
    if subnet.associated:
        return subnet.table.name
    return f"{subnet.table.name}, the VPC's main one as no other is associated,"


def target_name(network: Network, route: Route) -> str:
    """Name what a route leads to."""
    things: list[InternetGateway | NatGateway | Instance]
    things = [*network.gateways, *network.nats, *network.instances]
    named = next((thing.name for thing in things if thing.id == route.target), None)
    if named is None and route.kind != "local":
        return f"a {route.kind} that is not there" if route.kind != "other" else "something else"
    return named or "the VPC itself"


def public_address(place: Place) -> Hop:
    """Ask for a public address, without which nothing on the internet can name the place."""
    if place.public:
        return Hop(place.name, "has a public address")
    told = {
        "load balancer": "is internal: it has no public address",
        "database": "is not publicly accessible: it has no public address",
        "subnet": "would get no public address: its subnet gives none",
    }
    because = told.get(place.kind, "has no public address, so the internet can't name it")
    return Hop(place.name, because, "no-public-address")


def door(network: Network, place: Place, address: IPNetwork) -> Iterator[Hop]:
    """Come in from `address`: the subnet's route must lead replies to the internet gateway."""
    if place.subnet is None:
        yield Hop(place.name, "stands in no subnet that is known here", "route:no-subnet")
        return
    route = best_route(place.subnet.table, address)
    if route is None or route.kind != "internet gateway":
        told = no_route(network, place.subnet, route)
        yield Hop(f"route of {place.subnet.name}", told, "route:private-subnet")
        return
    yield taken(network, place.subnet, route)
    yield attached(network, place.subnet, route)


def taken(network: Network, subnet: Subnet, route: Route) -> Hop:
    """Say which route of which table takes the packet."""
    told = f"{table_name(subnet)} sends {route.destination} to {target_name(network, route)}"
    return Hop(f"route of {subnet.name}", told)


def no_route(network: Network, subnet: Subnet, route: Route | None) -> str:
    """Say that a subnet has no route to an internet gateway, and what it has instead."""
    if route and route.kind != "local":
        told = f"sends {route.destination} to {target_name(network, route)}"
        return f"{table_name(subnet)} {told}, not to an internet gateway"
    routes = subnet.table.routes if subnet.table else ()
    has = ", ".join(f"{r.destination} to {target_name(network, r)}" for r in routes)
    return f"{table_name(subnet)} has no route to the internet; it has {has or 'none at all'}"


def attached(network: Network, subnet: Subnet, route: Route) -> Hop:
    """Ask whether the gateway that a route names is attached to the VPC."""
    gateway, vpc = find(network.gateways, route.target), find(network.vpcs, subnet.vpc)
    vpc_name = vpc.name if vpc else "the VPC"
    if gateway is None and route.kind == "egress-only gateway" and not route.blackhole:
        return Hop("egress-only gateway", "lets answers back in, nothing else")
    name = f"internet gateway {gateway.name}" if gateway else "internet gateway"
    if gateway is None or subnet.vpc not in gateway.vpcs:
        return Hop(name, f"is not attached to {vpc_name}", "igw-detached")
    return Hop(name, f"attached to {vpc_name}")


def way_out(network: Network, subnet: Subnet) -> str:
    """Say in a few words whether a subnet is public or private, by its route and not its name."""
    route = best_route(subnet.table, INTERNET)
    if is_public(network, subnet):
        return "public"
    if route is None or route.kind == "local":
        return "private, no way out"
    named = target_name(network, route)
    if _leads_on(network, route):
        return f"private, out by {named}"
    return f"private, its way out by {named} does not lead on"


def _leads_on(network: Network, route: Route) -> bool:
    """Whether a way out other than an attached internet gateway works, as far as it's followed."""
    if route.blackhole or route.kind == "internet gateway":
        return False
    if route.kind != "NAT gateway":
        return True
    nat = find(network.nats, route.target)
    subnet = find(network.subnets, nat.subnet) if nat else None
    works = nat is not None and nat.state == "available" and nat.public
    return works and subnet is not None and is_public(network, subnet)

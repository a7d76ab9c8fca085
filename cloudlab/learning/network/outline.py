"""The network as an indented outline: a diagram for reading, or for having read out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from .filters import describe_rules
from .model import Network, Route, Subnet, Vpc
from .parties import Flow, Party
from .routes import table_name, target_name, way_out

EMPTY = "There is no network yet: no VPC was found."


def outline(network: Network, everyone: Sequence[Party], flows: Sequence[Flow]) -> str:
    """Return the outline: VPC, its gateways, zones and subnets, who stands where, what may pass."""
    if not network.vpcs:
        return EMPTY
    lines: list[str] = []
    for vpc in network.vpcs:
        lines += _vpc(network, vpc, everyone)
    lines += _traffic(flows)
    if network.absent:
        lines.append(f"This lab has no service for: {', '.join(network.absent)}.")
    return "\n".join(" ".join(line.splitlines()) for line in lines)


def _vpc(network: Network, vpc: Vpc, everyone: Sequence[Party]) -> Iterator[str]:
    named = vpc.name if vpc.cidr in vpc.name else f"{vpc.name}, {vpc.cidr}"
    yield named if named.startswith("VPC") else f"VPC {named}"
    yield from (f"  {line}" for line in _gateways(network, vpc))
    subnets = [subnet for subnet in network.subnets if subnet.vpc == vpc.id]
    for zone in sorted({subnet.zone for subnet in subnets}):
        yield f"  zone {zone}"
        for subnet in (subnet for subnet in subnets if subnet.zone == zone):
            yield from (f"    {line}" for line in _subnet(network, subnet, everyone))
    for party in everyone:
        if party.vpc == vpc.id and party.kind != "instance":
            yield f"  {party.label}; in {_subnet_names(network, party)}"
    for group in network.scaling_groups:
        if group.vpc == vpc.id:
            counts = f"{group.least} to {group.most} machines, wants {group.desired}"
            yield f"  Auto Scaling group {group.name}: {counts}"
    yield from (f"  {line}" for line in _groups(network, vpc))


def _gateways(network: Network, vpc: Vpc) -> Iterator[str]:
    attached = [gateway for gateway in network.gateways if vpc.id in gateway.vpcs]
    for gateway in attached:
        yield f"internet gateway {gateway.name}".replace("internet gateway internet", "internet")
    if not attached:
        yield "no internet gateway is attached"


def _subnet(network: Network, subnet: Subnet, everyone: Sequence[Party]) -> Iterator[str]:
    named = subnet.name if subnet.cidr in subnet.name else f"{subnet.name}, {subnet.cidr}"
    yield f"{named}: {way_out(network, subnet)}"
    yield f"  {table_name(subnet).rstrip(',')}: {_routes(network, subnet)}"
    for nat in network.nats:
        if nat.subnet == subnet.id:
            state = "" if nat.state == "available" else f", {nat.state}"
            yield f"  NAT gateway {nat.name}{state}".replace(
                "NAT gateway NAT gateway", "NAT gateway"
            )
    for party in everyone:
        if party.kind == "instance" and party.subnets == (subnet.id,):
            groups = " and ".join(map(network.group_name, party.groups)) or "no group"
            yield f"  {party.label}; security group {groups}"


def _routes(network: Network, subnet: Subnet) -> str:
    def told(route: Route) -> str:
        gone = " (a black hole)" if route.blackhole else ""
        return f"{route.destination} to {target_name(network, route)}{gone}"

    return "; ".join(map(told, subnet.table.routes if subnet.table else ())) or "no routes"


def _groups(network: Network, vpc: Vpc) -> Iterator[str]:
    """Say what each security group in use lets in, and out where that isn't everything."""
    used = {id_ for lb in network.load_balancers for id_ in lb.groups}
    used |= {id_ for instance in network.instances for id_ in instance.groups}
    used |= {id_ for database in network.databases for id_ in database.groups}
    for group in network.groups:
        if group.vpc == vpc.id and (group.id in used or group.name != "default"):
            outwards = describe_rules(network, group.egress, inwards=False)
            limited = "" if outwards == "everything to 0.0.0.0/0" else f"; out: {outwards}"
            inwards = describe_rules(network, group.ingress)
            yield f"security group {group.name}: in: {inwards}{limited}"


def _traffic(flows: Sequence[Flow]) -> Iterator[str]:
    if flows:
        yield "What may pass"
    for flow in flows:
        source, target = (party.label.split(",")[0] for party in (flow.source, flow.target))
        yield f"  {source} to {target}: {flow.label}"


def _subnet_names(network: Network, party: Party) -> str:
    names = [subnet.name for subnet in network.subnets if subnet.id in party.subnets]
    return " and ".join(names) or "no subnet that is known"

"""Routes: what makes a subnet public, and how a private one gets out."""

from __future__ import annotations

from ipaddress import IPv4Network, collapse_addresses

from cloudlab.learning.checks import check
from cloudlab.learning.network import NatGateway, Network, RouteTable, Subnet
from cloudlab.learning.network.model import INTERNET, cidr, find
from cloudlab.learning.outcomes import Outcome, not_attempted, not_yet, passed
from cloudlab.learning.view import LabView


def ways_out(table: RouteTable | None) -> set[str]:
    """The kinds of target whose routes together know every address.

    That is 0.0.0.0/0 as one route, or its halves 0.0.0.0/1 and 128.0.0.0/1, or more parts.
    """
    known: dict[str, list[IPv4Network]] = {}
    for route in table.routes if table else ():
        destination = cidr(route.destination)
        if isinstance(destination, IPv4Network) and not route.blackhole:
            known.setdefault(route.kind, []).append(destination)
    return {kind for kind, parts in known.items() if INTERNET in collapse_addresses(parts)}


def leads_to(network: Network, subnet: Subnet, kind: str) -> bool:
    """Whether the subnet's way out is of that kind; a detached internet gateway is none."""
    attached = any(subnet.vpc in gateway.vpcs for gateway in network.gateways)
    return kind in ways_out(subnet.table) and (attached or kind != "internet gateway")


def public(network: Network) -> list[Subnet]:
    """The subnets whose way out is the internet gateway: that makes them public, no name does."""
    return [s for s in network.subnets if leads_to(network, s, "internet gateway")]


def living_nats(network: Network) -> list[NatGateway]:
    """The NAT gateways that aren't deleted; the API goes on listing those for a while."""
    return [nat for nat in network.nats if nat.state in ("available", "pending")]


def meant_private(network: Network) -> list[Subnet]:
    """The subnets that network.tf means to be private: they hand out no public address."""
    return [s for s in network.subnets if not s.gives_public_addresses]


@check("iaas.public-subnets")
def public_subnets(lab: LabView) -> Outcome:
    """Two subnets in different zones send 0.0.0.0/0 to the internet gateway; the private don't."""
    network = lab.network
    if not network.subnets:
        return not_attempted("bring network.tf and apply it: there is no network yet.")
    tried = any(r.kind != "local" for table in network.tables for r in table.routes)
    if not tried and not any(s.associated for s in network.subnets):
        return not_attempted("write the route and the association, then apply.")
    return _public_problem(network) or passed(
        f"{len(public(network))} subnets in {len({s.zone for s in public(network)})} zones send "
        "0.0.0.0/0 to the internet gateway; the private ones don't.",
        shows="route",
    )


def _public_problem(network: Network) -> Outcome | None:
    reached = public(network)
    if any(not s.associated for s in reached):
        return not_yet(
            "main-table",
            seen="The main table sends 0.0.0.0/0 to the internet gateway, so every subnet without "
            "a table of its own is public, the private ones too.",
            expected="a table of the public subnets' own.",
            look="which table is the main one, and which subnets have one of their own?",
        )
    exposed = [s for s in meant_private(network) if s in reached]
    if exposed:
        return not_yet(
            "private-too",
            seen=f"{len(exposed)} private subnet(s) can be reached too: their table sends "
            "0.0.0.0/0 to the internet gateway.",
            expected="that route for the public subnets alone.",
            look="which subnets are associated with the table?",
        )
    if not reached:
        return _unreached(network)
    if len({s.zone for s in reached}) < 2:
        return not_yet(
            "one-zone",
            seen="The subnets that send 0.0.0.0/0 to the internet gateway stand in one zone.",
            expected="two, in different zones: a whole zone can fail.",
            look="which table does the second public subnet use?",
        )
    return None


def _unreached(network: Network) -> Outcome:
    """No subnet reaches the gateway: the route is missing, goes elsewhere, or nobody uses it."""
    outs = {kind for table in network.tables for kind in ways_out(table)}
    if not outs:
        return not_yet(
            "no-route",
            seen="Subnets have a table of their own, but no route leads out of the VPC.",
            expected="a route for 0.0.0.0/0, which is every address without a better match.",
            look="what does the table say about addresses outside 10.0.0.0/16?",
        )
    if not any(gateway.vpcs for gateway in network.gateways):
        return not_yet(
            "gateway-detached",
            seen="The internet gateway is attached to no VPC.",
            expected="the gateway attached to this VPC.",
            look="the gateway's attachments.",
        )
    if "internet gateway" not in outs:
        return not_yet(
            "other-way",
            seen="The route for 0.0.0.0/0 doesn't lead to the internet gateway.",
            expected="the internet gateway as its target.",
            look="the target of the route.",
        )
    return not_yet(
        "no-association",
        seen="A table sends 0.0.0.0/0 to the internet gateway, but no subnet uses it.",
        expected="two public subnets associated with that table.",
        look="which table does each subnet use?",
    )


@check("iaas.private-way-out")
def private_way_out(lab: LabView) -> Outcome:
    """Both private subnets send 0.0.0.0/0 to a NAT gateway that stands in a public subnet."""
    network = lab.network
    private = meant_private(network)
    if not private:
        return not_attempted("bring network.tf and apply it: there is no network yet.")
    if not living_nats(network) and not any(ways_out(s.table) for s in private):
        return not_attempted("make a NAT gateway and a route to it, then apply.")
    problem = _exposed(network, private) or _nat_problem(network)
    problem = problem or _unserved(network, private)
    return problem or passed(
        f"{len(private)} private subnets send 0.0.0.0/0 to a NAT gateway that stands in a "
        "public subnet.",
        shows="public",
    )


def _exposed(network: Network, private: list[Subnet]) -> Outcome | None:
    if not any(leads_to(network, s, "internet gateway") for s in private):
        return None
    return not_yet(
        "internet-gateway",
        seen="A private subnet sends 0.0.0.0/0 to the internet gateway: that makes it public, and "
        "its machines, which have no public address, still get no answer.",
        expected="a NAT gateway as the target, which lends them its own address.",
        look="the target of the private table's route.",
    )


def _nat_problem(network: Network) -> Outcome | None:
    nats = living_nats(network)
    if not nats:
        return not_yet(
            "no-nat",
            seen="The private subnets have a way out that leads to no NAT gateway.",
            expected="a NAT gateway as its target.",
            look="the target of the private table's route.",
        )
    if not any(nat.public for nat in nats):
        return not_yet(
            "private-nat",
            seen="The NAT gateway is a private one: it has no public address to lend.",
            expected="a public NAT gateway, with an address of its own.",
            look="the gateway's connectivity type and its allocation.",
        )
    homes = [find(network.subnets, nat.subnet) for nat in nats]
    if any(home in public(network) for home in homes):
        return None
    return not_yet(
        "nat-in-private",
        seen="The NAT gateway stands in a private subnet, so it has no way out itself.",
        expected="the NAT gateway in a public subnet.",
        look="which subnet does the NAT gateway stand in, and what is that subnet's route?",
    )


def _unserved(network: Network, private: list[Subnet]) -> Outcome | None:
    served = [s for s in private if leads_to(network, s, "NAT gateway")]
    if len(served) == len(private):
        return None
    return not_yet(
        "no-private-route" if not served else "one-private",
        seen=f"{len(served)} of {len(private)} private subnets send 0.0.0.0/0 to the NAT gateway.",
        expected="all of them.",
        look="which table does each private subnet use, and what does it say about 0.0.0.0/0?",
    )

"""What stands guard around a place: its security groups, and its subnet's network ACL."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain

from .filters import REPLY_PORTS, acl_verdict, describe_rules, opens_all, passing
from .hops import Hop
from .model import Network
from .places import Place


def ask_groups(
    network: Network, place: Place, other: Place, port: int, *, inwards: bool
) -> Iterator[Hop]:
    """Ask the security groups around a place. They are stateful: replies pass unasked."""
    if not place.guarded:
        return
    groups = network.groups_of(place.groups)
    what = f"security group {' and '.join(group.name for group in groups) or 'of ' + place.name}"
    told = passing(network, groups, port, other.side, inwards=inwards)
    if told:
        yield Hop(what, told)
        return
    way, word = ("in", "from") if inwards else ("out", "to")
    rules = list(chain.from_iterable(g.ingress if inwards else g.egress for g in groups))
    allowed = describe_rules(network, rules, inwards=inwards)
    told = f"lets no tcp {port} {way} {word} {other.name}; it lets {way}: {allowed}"
    yield Hop(what, told, f"security-group:{place.word}-{'ingress' if inwards else 'egress'}")


def ask_acl(
    network: Network, place: Place, other: Place, port: int, *, egress: bool
) -> Iterator[Hop]:
    """Ask the network ACL around a place's subnet; the open default one isn't worth a line."""
    acl = network.acl_of(place.subnet) if place.subnet else None
    if acl is None or opens_all(acl):
        return
    entry = acl_verdict(acl, port, other.address, egress=egress)
    way, what = "out" if egress else "in", f"network ACL {acl.name}"
    if entry and entry.allow:
        yield Hop(what, f"rule {entry.number} lets tcp {port} {way}")
        return
    told = f"rule {entry.number} denies it" if entry else "no rule allows it"
    stop = f"network-acl:{place.word}-{'egress' if egress else 'ingress'}"
    yield Hop(what, f"tcp {port} {way}: {told}", stop)


def ask_acl_replies(network: Network, place: Place, other: Place, *, egress: bool) -> Iterator[Hop]:
    """Ask the same ACL about the replies: it is stateless, so they need a rule of their own."""
    acl = network.acl_of(place.subnet) if place.subnet else None
    if acl is None or opens_all(acl):
        return
    verdicts = [acl_verdict(acl, port, other.address, egress=egress) for port in REPLY_PORTS]
    way, what = "out" if egress else "in", f"network ACL {acl.name}"
    if all(entry and entry.allow for entry in verdicts):
        yield Hop(what, f"lets the replies {way}")
        return
    told = f"lets no replies {way} (tcp {REPLY_PORTS[0]}-{REPLY_PORTS[-1]})"
    yield Hop(what, told, f"network-acl:{place.word}-replies")

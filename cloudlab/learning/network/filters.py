"""What security groups and network ACLs let through, and the words that say which rule."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network, collapse_addresses

from .model import INTERNET, AclEntry, IPNetwork, Network, NetworkAcl, Rule, SecurityGroup, cidr

# Replies go to a port that the caller's system picks; these three span Linux's range.
REPLY_PORTS = (32768, 49152, 60999)


@dataclass(frozen=True, slots=True)
class Side:
    """One end of a connection as a filter sees it: its address and its security groups."""

    address: IPNetwork
    groups: tuple[str, ...] = ()


def covers(cidrs: Iterable[str], address: IPNetwork) -> bool:
    """Say whether these CIDRs, taken together, hold the whole of `address`.

    >>> covers(["0.0.0.0/1", "128.0.0.0/1"], INTERNET)
    True
    """
    read = [network for network in map(cidr, cidrs) if network is not None]
    if isinstance(address, IPv4Network):
        fours = collapse_addresses(n for n in read if isinstance(n, IPv4Network))
        return any(address.subnet_of(network) for network in fours)
    sixes = collapse_addresses(n for n in read if isinstance(n, IPv6Network))
    return any(address.subnet_of(network) for network in sixes)


def _takes_port(protocol: str, first: int | None, last: int | None, port: int) -> bool:
    if protocol not in ("all", "tcp"):
        return False
    return protocol == "all" or first is None or last is None or first <= port <= last


def rules_for(rules: Iterable[Rule], port: int) -> list[Rule]:
    """Keep the rules that speak of tcp on this port."""
    return [rule for rule in rules if _takes_port(rule.protocol, rule.first, rule.last, port)]


def admitting(rules: Sequence[Rule], port: int, other: Side) -> list[Rule]:
    """Return the rules that let the connection pass: one, or several that do it together."""
    fitting = rules_for(rules, port)
    by_group = [rule for rule in fitting if set(rule.groups) & set(other.groups)]
    alone = [rule for rule in fitting if covers(rule.cidrs, other.address)]
    if by_group or alone:
        return (by_group or alone)[:1]
    together = [rule for rule in fitting if rule.cidrs]
    cidrs = [text for rule in together for text in rule.cidrs]
    return together if covers(cidrs, other.address) else []


def passing(
    network: Network, groups: Sequence[SecurityGroup], port: int, other: Side, *, inwards: bool
) -> str | None:
    """Say which rule of these groups lets the connection pass, or None where no rule does."""
    for group in groups:
        rules = admitting(group.ingress if inwards else group.egress, port, other)
        if rules:
            told = _sources(network, rules, other, inwards=inwards)
            lets = "lets" if len(groups) == 1 else f"{group.name} lets"
            return f"{lets} {ports(rules[0])} {'in' if inwards else 'out'} {told}"
    return None


def _sources(network: Network, rules: Sequence[Rule], other: Side, *, inwards: bool) -> str:
    """Name the part of the rules that matched: the group, else the addresses."""
    word = "from" if inwards else "to"
    for group in rules[0].groups:
        if group in other.groups:
            return f"{word} group {network.group_name(group)}"
    cidrs = [text for rule in rules for text in rule.cidrs]
    alone = [text for text in cidrs if covers([text], other.address)]
    return f"{word} {' and '.join(alone[:1] or cidrs)}"


def ports(rule: Rule) -> str:
    """Return a rule's protocol and ports in words: "tcp 80", "tcp 8000-8100", "everything"."""
    if rule.protocol == "all":
        return "everything"
    if rule.first is None:
        return f"all {rule.protocol}"
    span = "" if rule.last == rule.first else f"-{rule.last}"
    return f"{rule.protocol} {rule.first}{span}"


def describe_rules(network: Network, rules: Iterable[Rule], *, inwards: bool = True) -> str:
    """List what rules let through, sorted: "tcp 80 from 0.0.0.0/0; tcp 443 from group web-sg"."""
    word = "from" if inwards else "to"
    told = {
        (rule.first or 0, f"{ports(rule)} {word} {other}")
        for rule in rules
        for other in _others(network, rule)
    }
    return "; ".join(text for _, text in sorted(told)) or "nothing"


def _others(network: Network, rule: Rule) -> list[str]:
    groups = [f"group {network.group_name(group)}" for group in rule.groups]
    return [*rule.cidrs, *groups] or ["a list of addresses"]


def acl_verdict(acl: NetworkAcl, port: int, address: IPNetwork, *, egress: bool) -> AclEntry | None:
    """Return the entry that decides: the lowest number that speaks of port and address."""
    for entry in sorted(acl.entries, key=lambda entry: entry.number):
        if entry.egress != egress or not covers([entry.cidr], address):
            continue
        if _takes_port(entry.protocol, entry.first, entry.last, port):
            return entry
    return None


def opens_all(acl: NetworkAcl) -> bool:
    """Say whether an ACL lets everything both ways, as a VPC's default one does."""
    verdicts = [
        acl_verdict(acl, port, INTERNET, egress=egress)
        for egress in (False, True)
        for port in (0, 65535)
    ]
    denies = [entry for entry in acl.entries if not entry.allow and entry.number < 32767]
    return not denies and all(v is not None and v.protocol == "all" for v in verdicts)

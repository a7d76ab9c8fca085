"""Who talks to whom: the parties of a network, and the traffic that their groups allow."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from .balancing import target_groups
from .filters import Side, admitting, covers, passing, ports
from .model import INTERNET, LoadBalancer, Network, Rule, cidr, find
from .routes import is_public

# Who is in front of whom; a rule by addresses is drawn in this direction alone.
_RANKS = {"internet": 0, "load balancer": 1, "instance": 2, "database": 3}


@dataclass(frozen=True, slots=True)
class Party:
    """Something that sends or receives: `label` may stand for several machines that are alike."""

    kind: str
    label: str
    vpc: str = ""
    id: str = ""
    subnets: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    public: bool = False
    members: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Flow:
    """Traffic from one party to another; `refused` where it's wanted and no rule lets it in."""

    source: Party
    target: Party
    label: str
    refused: bool = False


WORLD = Party("internet", "the internet", id="internet")


def parties(network: Network) -> list[Party]:
    """Return load balancers, machines (those alike as one), and databases, in a stable order."""
    return [*_balancers(network), *_machines(network), *_databases(network)]


def _balancers(network: Network) -> Iterator[Party]:
    for lb in network.load_balancers:
        listens = ", ".join(str(listener.port) for listener in lb.listeners)
        ports_told = f"listens on {listens}" if listens else "no listener"
        label = f"load balancer {lb.name}, {'internal, ' if lb.internal else ''}{ports_told}"
        public = not lb.internal
        yield Party("load balancer", label, lb.vpc, lb.id, lb.subnets, lb.groups, public)


def _machines(network: Network) -> Iterator[Party]:
    alike: dict[tuple[str, str, tuple[str, ...], bool, str], list[str]] = {}
    for one in network.instances:
        state = "" if one.state == "running" else f", {one.state}"
        key = (one.subnet, one.name, one.groups, bool(one.public_address), state)
        alike.setdefault(key, []).append(one.id)
    for (subnet, name, groups, public, state), ids in alike.items():
        found = find(network.instances, ids[0])
        times = f" ×{len(ids)}" if len(ids) > 1 else ""
        label = f"{name}{times}{', public address' if public else ''}{state}"
        vpc, members = found.vpc if found else "", tuple(ids)
        yield Party("instance", label, vpc, ids[0], (subnet,), groups, public, members)


def _databases(network: Network) -> Iterator[Party]:
    for db in network.databases:
        public = ", publicly accessible" if db.public else ""
        label = f"database {db.name}, port {db.port}{public}"
        yield Party("database", label, db.vpc, db.id, db.subnets, db.groups, db.public)


def flows(network: Network, everyone: Sequence[Party]) -> list[Flow]:
    """Return what the security groups allow between the parties, and the targets they refuse."""
    found = [flow for party in everyone for flow in _from_internet(network, party)]
    for source in everyone:
        for target in everyone:
            if source.id != target.id and source.vpc == target.vpc:
                found += _between(network, source, target)
    return found


def _from_internet(network: Network, target: Party) -> Iterator[Flow]:
    """What anyone may send, to a party with a public address in a subnet that is public."""
    stands = [subnet for subnet in network.subnets if subnet.id in target.subnets]
    if not target.public or not any(is_public(network, subnet) for subnet in stands):
        return
    open_to_all = [rule for rule in _ingress(network, target) if covers(rule.cidrs, INTERNET)]
    if open_to_all:
        yield Flow(WORLD, target, _listed(ports(rule) for rule in open_to_all))


def _between(network: Network, source: Party, target: Party) -> Iterator[Flow]:
    told = dict.fromkeys(_allowed(network, source, target))
    registered = _registered(network, source, target)
    if told:
        yield Flow(source, target, _listed(told))
    elif registered:
        yield Flow(source, target, f"registered in {registered}, refused", refused=True)


def _allowed(network: Network, source: Party, target: Party) -> Iterator[str]:
    """Say each rule that lets `source` in to `target`: by group, or by addresses."""
    sides = _sides(network, source)
    for rule in _ingress(network, target):
        if not _leaves(network, source, target, rule):
            continue
        port = rule.first if rule.first is not None else 1
        if set(rule.groups) & set(source.groups):
            yield ports(rule)
        elif _RANKS[source.kind] < _RANKS[target.kind]:
            fitting = (admitting([rule], port, side) for side in sides)
            if sides and all(fitting):
                yield f"{ports(rule)} by address {', '.join(rule.cidrs)}"


def _leaves(network: Network, source: Party, target: Party, rule: Rule) -> bool:
    """Whether the source's own groups let the traffic out."""
    groups, port = network.groups_of(source.groups), rule.first
    sides = _sides(network, target)
    port = 1 if port is None else port
    return not groups or any(passing(network, groups, port, s, inwards=False) for s in sides)


def _sides(network: Network, party: Party) -> list[Side]:
    subnets = (subnet for subnet in network.subnets if subnet.id in party.subnets)
    read = [cidr(subnet.cidr) for subnet in subnets]
    return [Side(address, party.groups) for address in read if address is not None]


def _ingress(network: Network, party: Party) -> list[Rule]:
    """Return the tcp rules (or rules for everything) that let traffic in to a party."""
    rules = [rule for group in network.groups_of(party.groups) for rule in group.ingress]
    return [rule for rule in rules if rule.protocol in ("tcp", "all")]


def _registered(network: Network, source: Party, target: Party) -> str:
    """Name the target group by which a balancer would forward to these machines, or nothing."""
    balancer: LoadBalancer | None = find(network.load_balancers, source.id)
    groups = target_groups(network, balancer.listeners) if balancer else []
    holding = [g.name for g in groups if {t.id for t in g.targets} & set(target.members)]
    return " and ".join(holding)


def _listed(words: Iterable[str]) -> str:
    """Join labels, each once, in a stable order."""
    return ", ".join(sorted(set(words)))

"""From what a learner writes ("internet", "alb:80", "web") to where that stands.

A word is a kind (internet, alb, database), an id, an address, a name, or part of a name; the
first that fits is taken, in this order.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from .filters import covers
from .model import IPNetwork, Network, ScalingGroup, cidr, find
from .places import (
    Place,
    balancer_places,
    database_places,
    instance_place,
    machines,
    ordered,
    subnet_place,
)

_KINDS = {
    "alb": "alb",
    "lb": "alb",
    "load-balancer": "alb",
    "database": "database",
    "db": "database",
}


@dataclass(frozen=True, slots=True)
class Resolved:
    """What a word stands for. Without places, `problem` and `stop` say why."""

    word: str
    places: tuple[Place, ...] = ()
    port: int | None = None
    exact: bool = False
    problem: str = ""
    stop: str = "no-such-name"


def resolve(network: Network, text: str) -> Resolved:
    """Find what a learner's word stands for. A word that fits nothing gets the names there are."""
    word, port = _split(text.strip())
    if word.lower() == "internet":
        return Resolved("internet", (Place("internet", "internet", "the internet"),), port)
    found = _by_kind(network, word) or _by_id(network, word) or _by_name(network, word)
    if found is None:
        return Resolved(word, problem=f"nothing here has that name; {_names(network)}")
    return replace(found, port=port)


def _split(text: str) -> tuple[str, int | None]:
    """Split "web:80" into the word and the port; an IPv6 address keeps its colons."""
    word, colon, port = text.rpartition(":")
    if not colon or not (port.isascii() and port.isdigit()) or cidr(text) is not None:
        return text.strip("[]"), None
    return word.strip("[]"), int(port)


def _by_kind(network: Network, word: str) -> Resolved | None:
    kind = _KINDS.get(word.lower())
    if kind == "alb" and network.load_balancers:
        return Resolved(kind, _each(network, network.load_balancers, balancer_places))
    if kind == "database" and network.databases:
        return Resolved(kind, _each(network, network.databases, database_places))
    return None


def _by_id(network: Network, word: str) -> Resolved | None:
    instance = find(network.instances, word)
    if instance:
        return Resolved("instance", (instance_place(network, instance, "instance"),), exact=True)
    subnet = find(network.subnets, word)
    if subnet:
        return Resolved(subnet.name, (subnet_place(subnet, subnet.name),))
    address = cidr(word)
    return None if address is None else _by_address(network, word, address)


def _by_address(network: Network, word: str, address: IPNetwork) -> Resolved:
    """An instance's own address, an address in a subnet, or one outside."""
    for instance in network.instances:
        if word in (instance.address, instance.public_address):
            place = instance_place(network, instance, "instance")
            return Resolved("instance", (place,), exact=True)
    for subnet in network.subnets:
        if covers([subnet.cidr], address):
            place = replace(subnet_place(subnet, "address"), address=address, name=word)
            return Resolved("address", (place,), exact=True)
    return Resolved("address", (Place("internet", "address", word, address),))


def _by_name(network: Network, word: str) -> Resolved | None:
    def same(name: str) -> bool:
        return name.lower() == word.lower()

    def contains(name: str) -> bool:
        return word.lower() in name.lower()

    if not word:
        return None
    return _named(network, word, same) or _named(network, word, contains)


def _named(network: Network, word: str, fits: Callable[[str], bool]) -> Resolved | None:
    """Take the first kind of thing with a fitting name: machines, then what serves them."""
    instances = [instance for instance in network.instances if fits(instance.name)]
    if instances:
        return Resolved(word, machines(network, instances, word))
    scaling = next((group for group in network.scaling_groups if fits(group.name)), None)
    if scaling:
        return _scaled(network, scaling, word)
    balancers = [balancer for balancer in network.load_balancers if fits(balancer.name)]
    if balancers:
        return Resolved("alb", _each(network, balancers, balancer_places))
    databases = [database for database in network.databases if fits(database.name)]
    if databases:
        return Resolved("database", _each(network, databases, database_places))
    subnets = [subnet for subnet in network.subnets if fits(subnet.name)]
    places = (subnet_place(subnet, word) for subnet in subnets)
    return Resolved(word, ordered(places)) if subnets else None


def _scaled(network: Network, scaling: ScalingGroup, word: str) -> Resolved:
    """The machines of an Auto Scaling group, or that it has none."""
    instances = [one for one in network.instances if one.id in scaling.instances]
    if instances:
        return Resolved(word, machines(network, instances, word))
    told = f"the Auto Scaling group {scaling.name} has no instance"
    return Resolved(word, problem=told, stop="no-instance")


def _each(
    network: Network, things: Iterable[object], places: Callable[..., list[Place]]
) -> tuple[Place, ...]:
    return ordered(place for thing in things for place in places(network, thing))


def _names(network: Network) -> str:
    """List the names that a learner can use."""
    names = ["internet"]
    names += ["alb"] if network.load_balancers else []
    names += ["database"] if network.databases else []
    names += sorted({instance.name for instance in network.instances})
    names += sorted({group.name for group in network.scaling_groups})
    names += sorted({subnet.name for subnet in network.subnets})
    return f"the names are {', '.join(names)}"

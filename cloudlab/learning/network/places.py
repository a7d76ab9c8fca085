"""Where a packet starts or ends, and how each kind of thing stands there.

What may stand in several places (a load balancer in two subnets, the machines of a group) is
given as all of them.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from .filters import Side
from .model import (
    INTERNET,
    Database,
    Instance,
    IPNetwork,
    LoadBalancer,
    Network,
    ScalingGroup,
    Subnet,
    cidr,
    find,
)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a packet starts or ends.

    `kind` is "internet" (anywhere outside), "load balancer", "instance", "database" or
    "subnet" (a machine imagined there). `word` is what slugs call it, `name` what text does.
    `guarded` says whether security groups stand around it.
    """

    kind: str
    word: str
    name: str
    address: IPNetwork = INTERNET
    id: str = ""
    vpc: str | None = None
    subnet: Subnet | None = None
    groups: tuple[str, ...] = ()
    guarded: bool = False
    public: bool = False
    running: bool = True
    scaling: ScalingGroup | None = None

    @property
    def side(self) -> Side:
        """The place as a filter at the other end sees it."""
        return Side(self.address, self.groups)


def ordered(places: Iterable[Place]) -> tuple[Place, ...]:
    """Sort by name of subnet and place, real machines first: the same on every run."""

    def key(place: Place) -> tuple[str, str, bool, str]:
        where = place.subnet.name if place.subnet else ""
        return where, place.name, not place.id, place.id

    return tuple(sorted(places, key=key))


def machines(network: Network, instances: list[Instance], word: str) -> tuple[Place, ...]:
    """Place instances; a scaling group's also in the subnets where the next may be started.

    Where a backend puts them differs; the subnets that it may choose from don't.
    """
    real = [instance_place(network, instance, word) for instance in instances]
    filled = {
        (place.scaling.id, place.subnet.id) for place in real if place.scaling and place.subnet
    }
    imagined: dict[tuple[str, str], Place] = {}
    for place in real:
        for id_ in place.scaling.subnets if place.scaling else ():
            subnet, key = (
                find(network.subnets, id_),
                (place.scaling.id if place.scaling else "", id_),
            )
            if subnet and key not in filled:
                imagined.setdefault(key, _moved(place, subnet))
    return ordered([*real, *imagined.values()])


def _moved(place: Place, subnet: Subnet) -> Place:
    where = cidr(subnet.cidr) or place.address
    public = subnet.gives_public_addresses
    return replace(place, id="", subnet=subnet, address=where, public=public, running=True)


def instance_place(network: Network, instance: Instance, word: str) -> Place:
    """Place one machine in its subnet."""
    subnet = find(network.subnets, instance.subnet)
    where = cidr(instance.address or "") or cidr(subnet.cidr if subnet else "") or INTERNET
    groups = network.scaling_groups
    return Place(
        "instance",
        word,
        instance.name,
        where,
        id=instance.id,
        vpc=instance.vpc,
        subnet=subnet,
        groups=instance.groups,
        guarded=True,
        public=bool(instance.public_address),
        running=instance.state not in ("stopped", "stopping"),
        scaling=next((group for group in groups if instance.id in group.instances), None),
    )


def subnet_place(subnet: Subnet, word: str) -> Place:
    """Imagine a machine in a subnet, with no security group around it."""
    where, public = cidr(subnet.cidr) or INTERNET, subnet.gives_public_addresses
    name = f"a machine in {subnet.name}"
    return Place("subnet", word, name, where, vpc=subnet.vpc, subnet=subnet, public=public)


def balancer_places(network: Network, balancer: LoadBalancer) -> list[Place]:
    """Place a load balancer in each of its subnets."""
    guarded = balancer.type == "application" or bool(balancer.groups)
    place = Place(
        "load balancer",
        "alb",
        balancer.name,
        id=balancer.id,
        vpc=balancer.vpc,
        groups=balancer.groups,
        guarded=guarded,
        public=not balancer.internal,
    )
    return _in_subnets(network, place, balancer.subnets)


def database_places(network: Network, database: Database) -> list[Place]:
    """Place a database in each subnet where it may stand."""
    place = Place(
        "database",
        "database",
        database.name,
        id=database.id,
        vpc=database.vpc,
        groups=database.groups,
        guarded=True,
        public=database.public,
    )
    return _in_subnets(network, place, database.subnets)


def _in_subnets(network: Network, place: Place, ids: Iterable[str]) -> list[Place]:
    subnets = [subnet for subnet in network.subnets if subnet.id in set(ids)]
    stood = [replace(place, subnet=s, address=cidr(s.cidr) or INTERNET) for s in subnets]
    return list(ordered(stood)) or [place]

"""The values a network is read into: frozen, typed, and free of any client.

    Network
    ├── vpcs, gateways (internet), nats, subnets (each with its effective RouteTable)
    ├── groups (security groups, with their Rules), acls (network ACLs, with their AclEntries)
    ├── instances, scaling_groups, databases
    └── load_balancers (with Listeners) and target_groups (with Targets)

`name` is always fit to be shown: the Name tag where there is one, else what the reader chose.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from ipaddress import IPv4Network, IPv6Network, ip_network
from typing import Literal, Protocol, TypeVar

IPNetwork = IPv4Network | IPv6Network
RouteKind = Literal[
    "local", "internet gateway", "NAT gateway", "instance", "egress-only gateway", "other"
]

INTERNET: IPNetwork = ip_network("0.0.0.0/0")


@dataclass(frozen=True, slots=True)
class Route:
    """One line of a route table: what goes to `destination` (a CIDR) leaves by `target`."""

    destination: str
    kind: RouteKind
    target: str
    blackhole: bool = False


@dataclass(frozen=True, slots=True)
class RouteTable:
    """A route table; `main` is the one that subnets without an association use."""

    id: str
    name: str
    vpc: str
    main: bool = False
    routes: tuple[Route, ...] = ()


@dataclass(frozen=True, slots=True)
class Vpc:
    """A private network; `default` is the one that every account starts with."""

    id: str
    name: str
    cidr: str
    default: bool = False


@dataclass(frozen=True, slots=True)
class Subnet:
    """A slice of a VPC in one zone. `table` is the table in effect: associated, else main."""

    id: str
    name: str
    vpc: str
    cidr: str
    zone: str
    table: RouteTable | None = None
    associated: bool = False
    gives_public_addresses: bool = False


@dataclass(frozen=True, slots=True)
class InternetGateway:
    """The door of a VPC; `vpcs` holds the one that it is attached to, or nothing."""

    id: str
    name: str
    vpcs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class NatGateway:
    """A gateway that lends its address to machines without one, from inside a subnet."""

    id: str
    name: str
    vpc: str
    subnet: str
    state: str = "available"
    public: bool = True


@dataclass(frozen=True, slots=True)
class Rule:
    """One permission of a security group. `protocol` is "all", "tcp", "udp", "icmp" …

    `first` and `last` are the ports (None: every port); the other side is any of `cidrs`
    and of `groups` (ids of security groups).
    """

    protocol: str
    first: int | None = None
    last: int | None = None
    cidrs: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SecurityGroup:
    """A stateful filter around machines: what it lets in or out may be answered."""

    id: str
    name: str
    vpc: str
    ingress: tuple[Rule, ...] = ()
    egress: tuple[Rule, ...] = ()


@dataclass(frozen=True, slots=True)
class AclEntry:
    """One numbered line of a network ACL; the lowest number that matches decides."""

    number: int
    egress: bool
    allow: bool
    protocol: str
    cidr: str
    first: int | None = None
    last: int | None = None


@dataclass(frozen=True, slots=True)
class NetworkAcl:
    """A stateless filter around subnets: replies need a line of their own."""

    id: str
    name: str
    vpc: str
    subnets: tuple[str, ...] = ()
    entries: tuple[AclEntry, ...] = ()
    default: bool = False


@dataclass(frozen=True, slots=True)
class Target:
    """A machine (`id`: an instance's id or an address) registered in a target group."""

    id: str
    port: int
    health: str = "healthy"


@dataclass(frozen=True, slots=True)
class TargetGroup:
    """The machines that a listener may forward to."""

    id: str
    name: str
    vpc: str
    port: int
    targets: tuple[Target, ...] = ()


@dataclass(frozen=True, slots=True)
class Listener:
    """A port that a load balancer answers on: it forwards, redirects, or neither."""

    port: int
    protocol: str = "HTTP"
    forwards: tuple[str, ...] = ()
    redirect_port: int | None = None


@dataclass(frozen=True, slots=True)
class LoadBalancer:
    """A load balancer; `type` is "application", "network" or "gateway"."""

    id: str
    name: str
    vpc: str
    internal: bool = False
    type: str = "application"
    subnets: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    listeners: tuple[Listener, ...] = ()


@dataclass(frozen=True, slots=True)
class Instance:
    """A virtual machine. `tags` holds the user's own: no `aws:` ones."""

    id: str
    name: str
    vpc: str
    subnet: str
    groups: tuple[str, ...] = ()
    state: str = "running"
    address: str | None = None
    public_address: str | None = None
    forwards_for_others: bool = False
    tags: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ScalingGroup:
    """An Auto Scaling group: where it may place machines, and how many it wants."""

    id: str
    name: str
    vpc: str
    subnets: tuple[str, ...] = ()
    instances: tuple[str, ...] = ()
    target_groups: tuple[str, ...] = ()
    least: int = 0
    most: int = 0
    desired: int = 0


@dataclass(frozen=True, slots=True)
class Database:
    """A managed database; it may stand in any of its subnet group's `subnets`."""

    id: str
    name: str
    vpc: str
    port: int
    subnets: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    public: bool = False
    endpoint: str | None = None


class _Identified(Protocol):
    @property
    def id(self) -> str: ...


Thing = TypeVar("Thing", bound=_Identified)


def find(things: Iterable[Thing], id_: str | None) -> Thing | None:
    """Return the thing of that id, or None."""
    return next((thing for thing in things if thing.id == id_), None)


@dataclass(frozen=True, slots=True)
class Network:
    """All that was read, in a stable order. `absent` names services the backend lacks."""

    vpcs: tuple[Vpc, ...] = ()
    gateways: tuple[InternetGateway, ...] = ()
    nats: tuple[NatGateway, ...] = ()
    tables: tuple[RouteTable, ...] = ()
    subnets: tuple[Subnet, ...] = ()
    groups: tuple[SecurityGroup, ...] = ()
    acls: tuple[NetworkAcl, ...] = ()
    instances: tuple[Instance, ...] = ()
    load_balancers: tuple[LoadBalancer, ...] = ()
    target_groups: tuple[TargetGroup, ...] = ()
    scaling_groups: tuple[ScalingGroup, ...] = ()
    databases: tuple[Database, ...] = ()
    absent: tuple[str, ...] = ()

    def groups_of(self, ids: Iterable[str]) -> tuple[SecurityGroup, ...]:
        """Return the security groups of these ids that exist, in the network's order."""
        wanted = set(ids)
        return tuple(group for group in self.groups if group.id in wanted)

    def group_name(self, id_: str) -> str:
        """Return how a security group is called, or say that it isn't there."""
        group = find(self.groups, id_)
        return group.name if group else "a group that is not there"

    def acl_of(self, subnet: Subnet) -> NetworkAcl | None:
        """Return the network ACL in effect: the subnet's own, else the VPC's default."""
        own = next((acl for acl in self.acls if subnet.id in acl.subnets), None)
        inherited = (acl for acl in self.acls if acl.vpc == subnet.vpc and acl.default)
        return own or next(inherited, None)


def cidr(text: str) -> IPNetwork | None:
    """Read a CIDR or an address; None for what is neither (a prefix list, a typing error).

    >>> cidr("10.0.0.5")
    IPv4Network('10.0.0.5/32')
    """
    try:
        return ip_network(text, strict=False)
    except ValueError:
        return None

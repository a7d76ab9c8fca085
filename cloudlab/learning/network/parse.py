"""AWS's answers (dicts of JSON) turned into the values of `model`, in a stable order."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from . import services
from .basics import Json, or_default, ordered, tags_of
from .model import (
    AclEntry,
    Instance,
    InternetGateway,
    NatGateway,
    Network,
    NetworkAcl,
    Route,
    RouteKind,
    RouteTable,
    Rule,
    SecurityGroup,
    Subnet,
    Vpc,
)

_PROTOCOLS = {"-1": "all", "6": "tcp", "17": "udp", "1": "icmp"}
# A route's target stands under the key that says its kind.
_ROUTE_KEYS: tuple[tuple[str, RouteKind], ...] = (
    ("NatGatewayId", "NAT gateway"),
    ("InstanceId", "instance"),
    ("EgressOnlyInternetGatewayId", "egress-only gateway"),
    ("VpcPeeringConnectionId", "other"),
    ("TransitGatewayId", "other"),
    ("NetworkInterfaceId", "other"),
)


def network(found: Mapping[str, list[Any]], absent: tuple[str, ...] = ()) -> Network:
    """Build the network from the lists that `read` collected."""
    tables = ordered(map(_table, found["tables"]))
    homes = _default_groups(found["groups"])
    return Network(
        vpcs=ordered(map(_vpc, found["vpcs"])),
        gateways=ordered(map(_gateway, found["gateways"])),
        nats=ordered(map(_nat, found["nats"])),
        tables=tables,
        subnets=ordered(_subnet(subnet, tables, found["tables"]) for subnet in found["subnets"]),
        groups=ordered(map(_group, found["groups"])),
        acls=ordered(map(_acl, found["acls"])),
        instances=ordered(_instance(instance, homes) for instance in found["instances"]),
        load_balancers=ordered(
            services.load_balancer(one, homes) for one in found["load_balancers"]
        ),
        target_groups=ordered(map(services.target_group, found["target_groups"])),
        scaling_groups=ordered(
            services.scaling(g, found["subnets"]) for g in found["scaling_groups"]
        ),
        databases=ordered(services.database(database, homes) for database in found["databases"]),
        absent=absent,
    )


def _name(item: Json, otherwise: str) -> str:
    return tags_of(item).get("Name") or otherwise


def attached_to(gateway: Json) -> tuple[str, ...]:
    """Return the VPCs that an internet gateway is attached to (at most one, in truth)."""
    attachments = gateway.get("Attachments") or []
    return tuple(a["VpcId"] for a in attachments if a.get("State") in ("available", "attached"))


def _vpc(item: Json) -> Vpc:
    default = bool(item.get("IsDefault"))
    name = _name(item, "default VPC" if default else f"VPC {item['CidrBlock']}")
    return Vpc(item["VpcId"], name, item["CidrBlock"], default)


def _gateway(item: Json) -> InternetGateway:
    name = _name(item, "internet gateway")
    return InternetGateway(item["InternetGatewayId"], name, attached_to(item))


def _nat(item: Json) -> NatGateway:
    return NatGateway(
        id=item["NatGatewayId"],
        name=_name(item, "NAT gateway"),
        vpc=item["VpcId"],
        subnet=item.get("SubnetId", ""),
        state=item.get("State", "available"),
        public=item.get("ConnectivityType", "public") == "public",
    )


def _table(item: Json) -> RouteTable:
    main = any(a.get("Main") for a in item.get("Associations") or [])
    name = _name(item, "main route table" if main else "route table without a name")
    routes = sorted(map(_route, item.get("Routes") or []), key=lambda route: route.destination)
    return RouteTable(item["RouteTableId"], name, item["VpcId"], main, tuple(routes))


def _route(item: Json) -> Route:
    keys = ("DestinationCidrBlock", "DestinationIpv6CidrBlock", "DestinationPrefixListId")
    destination = next((item[key] for key in keys if item.get(key)), "")
    kind, target = _route_target(item)
    return Route(destination, kind, target, blackhole=item.get("State") == "blackhole")


def _route_target(item: Json) -> tuple[RouteKind, str]:
    gateway = item.get("GatewayId") or ""
    if gateway == "local":
        return "local", gateway
    if gateway.startswith("igw-"):
        return "internet gateway", gateway
    for key, kind in _ROUTE_KEYS:
        if item.get(key):
            return kind, item[key]
    return "other", gateway


def _subnet(item: Json, tables: Iterable[RouteTable], raw_tables: Iterable[Json]) -> Subnet:
    own = _associated_table(item["SubnetId"], raw_tables)
    used = (t for t in tables if (t.id == own if own else t.main and t.vpc == item["VpcId"]))
    return Subnet(
        id=item["SubnetId"],
        name=_name(item, f"subnet {item['CidrBlock']}"),
        vpc=item["VpcId"],
        cidr=item["CidrBlock"],
        zone=item.get("AvailabilityZone", ""),
        table=next(used, None),
        associated=own is not None,
        gives_public_addresses=bool(item.get("MapPublicIpOnLaunch")),
    )


def _associated_table(subnet: str, tables: Iterable[Json]) -> str | None:
    for table in tables:
        if any(a.get("SubnetId") == subnet for a in table.get("Associations") or []):
            return str(table["RouteTableId"])
    return None


def _ports(item: Json) -> tuple[int | None, int | None]:
    """Return a rule's ports; AWS writes "all" as absent, or as -1."""
    first, last = item.get("FromPort"), item.get("ToPort")
    return (None, None) if first in (None, -1) or last in (None, -1) else (first, last)


def _rule(item: Json) -> Rule:
    protocol = str(item.get("IpProtocol", "-1"))
    protocol = _PROTOCOLS.get(protocol, protocol)
    first, last = (None, None) if protocol == "all" else _ports(item)
    cidrs = [r["CidrIp"] for r in item.get("IpRanges") or []]
    cidrs += [r["CidrIpv6"] for r in item.get("Ipv6Ranges") or []]
    groups = [pair["GroupId"] for pair in item.get("UserIdGroupPairs") or [] if "GroupId" in pair]
    return Rule(protocol, first, last, tuple(sorted(cidrs)), tuple(sorted(groups)))


def _rules(items: Iterable[Json] | None) -> tuple[Rule, ...]:
    rules = (_rule(item) for item in items or [])
    return tuple(sorted(rules, key=lambda r: (r.protocol, r.first or 0, r.last or 0, r.cidrs)))


def _group(item: Json) -> SecurityGroup:
    return SecurityGroup(
        id=item["GroupId"],
        name=_name(item, item.get("GroupName") or "security group without a name"),
        vpc=item.get("VpcId", ""),
        ingress=_rules(item.get("IpPermissions")),
        egress=_rules(item.get("IpPermissionsEgress")),
    )


def _default_groups(groups: Iterable[Json]) -> dict[str, str]:
    """Map each VPC to its default group, which AWS gives to what names no group."""
    return {g.get("VpcId", ""): g["GroupId"] for g in groups if g.get("GroupName") == "default"}


def _acl(item: Json) -> NetworkAcl:
    default = bool(item.get("IsDefault"))
    entries = sorted(map(_entry, item.get("Entries") or []), key=lambda e: (e.egress, e.number))
    return NetworkAcl(
        id=item["NetworkAclId"],
        name=_name(item, "default network ACL" if default else "network ACL without a name"),
        vpc=item.get("VpcId", ""),
        subnets=tuple(a["SubnetId"] for a in item.get("Associations") or [] if "SubnetId" in a),
        entries=tuple(entries),
        default=default,
    )


def _entry(item: Json) -> AclEntry:
    protocol, ports = str(item.get("Protocol", "-1")), item.get("PortRange") or {}
    return AclEntry(
        number=int(item["RuleNumber"]),
        egress=bool(item.get("Egress")),
        allow=item.get("RuleAction") == "allow",
        protocol=_PROTOCOLS.get(protocol, protocol),
        cidr=item.get("CidrBlock") or item.get("Ipv6CidrBlock") or "",
        first=ports.get("From"),
        last=ports.get("To"),
    )


def _instance(item: Json, homes: Mapping[str, str]) -> Instance:
    tags, vpc = tags_of(item), item.get("VpcId", "")
    return Instance(
        id=item["InstanceId"],
        name=tags.get("Name") or item["InstanceId"],
        vpc=vpc,
        subnet=item.get("SubnetId", ""),
        groups=or_default([g["GroupId"] for g in item.get("SecurityGroups") or []], vpc, homes),
        state=item.get("State", {}).get("Name", "running"),
        address=item.get("PrivateIpAddress"),
        public_address=item.get("PublicIpAddress") or None,
        forwards_for_others=item.get("SourceDestCheck") is False,
        tags={key: value for key, value in tags.items() if not key.startswith("aws:")},
    )

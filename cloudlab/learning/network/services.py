"""Answers of ELBv2, Auto Scaling and RDS turned into the values of `model`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from .basics import Json, or_default
from .model import Database, Listener, LoadBalancer, ScalingGroup, Target, TargetGroup


def zone_subnets(group: Json) -> set[str]:
    """Return the subnets of an Auto Scaling group, which AWS gives as one string."""
    return {part.strip() for part in group.get("VPCZoneIdentifier", "").split(",")} - {""}


def database_vpc(database: Json) -> str | None:
    """Return the VPC of a database's subnet group."""
    vpc = (database.get("DBSubnetGroup") or {}).get("VpcId")
    return str(vpc) if vpc else None


def load_balancer(item: Json, homes: Mapping[str, str]) -> LoadBalancer:
    """Read a load balancer with the listeners that were added to it."""
    vpc, type_ = item.get("VpcId", ""), item.get("Type", "application")
    groups = list(item.get("SecurityGroups") or [])
    listeners = sorted(map(_listener, item.get("Listeners") or []), key=lambda one: one.port)
    return LoadBalancer(
        id=item["LoadBalancerArn"],
        name=item["LoadBalancerName"],
        vpc=vpc,
        internal=item.get("Scheme") == "internal",
        type=type_,
        subnets=tuple(z["SubnetId"] for z in item.get("AvailabilityZones") or []),
        groups=or_default(groups, vpc, homes if type_ == "application" else {}),
        listeners=tuple(listeners),
    )


def _listener(item: Json) -> Listener:
    actions = list(item.get("DefaultActions") or [])
    for rule in item.get("Rules") or []:
        actions += rule.get("Actions") or []
    forwards = {arn for action in actions for arn in _forwards(action)}
    redirects = [_redirect(action, item) for action in item.get("DefaultActions") or []]
    return Listener(
        port=int(item.get("Port") or 0),
        protocol=item.get("Protocol", ""),
        forwards=tuple(sorted(forwards)),
        redirect_port=next((port for port in redirects if port), None),
    )


def _forwards(action: Json) -> list[str]:
    weighted = (action.get("ForwardConfig") or {}).get("TargetGroups") or []
    arns = [action.get("TargetGroupArn"), *(w.get("TargetGroupArn") for w in weighted)]
    return [arn for arn in arns if arn]


def _redirect(action: Json, listener: Json) -> int | None:
    told = action.get("RedirectConfig")
    if not told:
        return None
    port = str(told.get("Port") or "#{port}")
    return int(port) if port.isdigit() else int(listener.get("Port") or 0)


def target_group(item: Json) -> TargetGroup:
    """Read a target group with the targets that were added to it."""
    port = int(item.get("Port") or 0)
    targets = (_target(t, port) for t in item.get("TargetHealthDescriptions") or [])
    return TargetGroup(
        id=item["TargetGroupArn"],
        name=item["TargetGroupName"],
        vpc=item.get("VpcId", ""),
        port=port,
        targets=tuple(sorted(targets, key=lambda target: (target.id, target.port))),
    )


def _target(item: Json, port: int) -> Target:
    target, health = item["Target"], item.get("TargetHealth") or {}
    return Target(target["Id"], int(target.get("Port") or port), health.get("State", "healthy"))


def scaling(item: Json, subnets: Iterable[Json]) -> ScalingGroup:
    """Read an Auto Scaling group; its VPC is that of its subnets."""
    wanted = zone_subnets(item)
    return ScalingGroup(
        id=item["AutoScalingGroupName"],
        name=item["AutoScalingGroupName"],
        vpc=next((s["VpcId"] for s in subnets if s["SubnetId"] in wanted), ""),
        subnets=tuple(sorted(wanted)),
        instances=tuple(sorted(i["InstanceId"] for i in item.get("Instances") or [])),
        target_groups=tuple(sorted(item.get("TargetGroupARNs") or [])),
        least=int(item.get("MinSize") or 0),
        most=int(item.get("MaxSize") or 0),
        desired=int(item.get("DesiredCapacity") or 0),
    )


def database(item: Json, homes: Mapping[str, str]) -> Database:
    """Read a database with the subnets it may stand in."""
    group, endpoint = item.get("DBSubnetGroup") or {}, item.get("Endpoint") or {}
    vpc = group.get("VpcId", "")
    ids = [g["VpcSecurityGroupId"] for g in item.get("VpcSecurityGroups") or []]
    return Database(
        id=item["DBInstanceIdentifier"],
        name=item["DBInstanceIdentifier"],
        vpc=vpc,
        port=int(endpoint.get("Port") or item.get("DbInstancePort") or 0),
        subnets=tuple(s["SubnetIdentifier"] for s in group.get("Subnets") or []),
        groups=or_default(ids, vpc, homes),
        public=bool(item.get("PubliclyAccessible")),
        endpoint=endpoint.get("Address"),
    )

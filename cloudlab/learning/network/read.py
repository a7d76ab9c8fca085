"""Reading the live network from AWS's API into the values of `model`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

from . import basics, parse, services
from .model import Network

if TYPE_CHECKING:
    from botocore.exceptions import ClientError

Json = dict[str, Any]
ClientFactory = Callable[[str], Any]

# What a network is made of: (service, operation, the list's key in the answer).
_LISTS: Mapping[str, tuple[str, str, str]] = {
    "vpcs": ("ec2", "describe_vpcs", "Vpcs"),
    "gateways": ("ec2", "describe_internet_gateways", "InternetGateways"),
    "nats": ("ec2", "describe_nat_gateways", "NatGateways"),
    "subnets": ("ec2", "describe_subnets", "Subnets"),
    "tables": ("ec2", "describe_route_tables", "RouteTables"),
    "groups": ("ec2", "describe_security_groups", "SecurityGroups"),
    "acls": ("ec2", "describe_network_acls", "NetworkAcls"),
    "reservations": ("ec2", "describe_instances", "Reservations"),
    "load_balancers": ("elbv2", "describe_load_balancers", "LoadBalancers"),
    "target_groups": ("elbv2", "describe_target_groups", "TargetGroups"),
    "scaling_groups": ("autoscaling", "describe_auto_scaling_groups", "AutoScalingGroups"),
    "databases": ("rds", "describe_db_instances", "DBInstances"),
}
_NOT_THERE = {"NotImplemented", "UnknownOperation", "UnknownOperationException", "InvalidAction"}
_SEVERAL_AT_ONCE = 8  # below botocore's pool of 10 connections a client


def read_network(aws: ClientFactory, *, tags: Mapping[str, str] | None = None) -> Network:
    """Read every VPC that carries `tags` (all of them without), with what stands in it.

    `aws(service)` gives a boto3 client. A service that the backend doesn't have is read as
    empty and named in `Network.absent`; a connection error is raised as botocore raises it.
    """
    # boto3 makes clients safely in one thread only; used from several they are safe.
    clients = {service: aws(service) for service in ("ec2", "elbv2", "autoscaling", "rds")}
    with ThreadPoolExecutor(_SEVERAL_AT_ONCE) as pool:
        found, absent = _lists(clients, pool)
        vpcs = [vpc for vpc in found["vpcs"] if _carries(vpc, tags or {})]
        found = _standing_in(found | {"vpcs": vpcs}, tags or {})
        _add_load_balancing(clients["elbv2"], found, pool)
    return parse.network(found, absent=absent)


def _lists(
    clients: Mapping[str, Any], pool: ThreadPoolExecutor
) -> tuple[dict[str, list[Json]], tuple[str, ...]]:
    """Ask for all the lists side by side; say which services have none to give."""
    asked = {
        name: pool.submit(_pages, clients[service], operation, key)
        for name, (service, operation, key) in _LISTS.items()
    }
    answers = {name: call.result() for name, call in asked.items()}
    absent = {_LISTS[name][0] for name, answer in answers.items() if answer is None}
    return {name: answer or [] for name, answer in answers.items()}, tuple(sorted(absent))


def _pages(client: Any, operation: str, key: str, **arguments: Any) -> list[Json] | None:
    """Return one operation's whole list, or None where the backend lacks the operation."""
    from botocore.exceptions import ClientError

    try:
        if client.can_paginate(operation):
            pages = client.get_paginator(operation).paginate(**arguments)
        else:
            pages = [getattr(client, operation)(**arguments)]
        return [item for page in pages for item in page.get(key, [])]
    except NotImplementedError:  # moto, used inside this process
        return None
    except ClientError as error:
        if _is_not_there(error):
            return None
        raise


def _is_not_there(error: ClientError) -> bool:
    """Tell "this backend has no such service" from a refusal that means something."""
    detail = error.response.get("Error", {})
    status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode")
    told = str(detail.get("Message", "")).lower()
    return (
        status in (405, 501)
        or detail.get("Code") in _NOT_THERE
        or "not yet implemented" in told
        or "not included in your current license" in told
    )


def _carries(item: Json, tags: Mapping[str, str]) -> bool:
    return tags.items() <= basics.tags_of(item).items()


def _standing_in(found: dict[str, list[Json]], tags: Mapping[str, str]) -> dict[str, list[Json]]:
    """Keep what belongs to the VPCs that were picked."""
    vpcs = {vpc["VpcId"] for vpc in found["vpcs"]}
    subnets = [subnet for subnet in found["subnets"] if subnet.get("VpcId") in vpcs]
    here = {subnet["SubnetId"] for subnet in subnets}
    kept = {
        name: [item for item in found[name] if item.get("VpcId") in vpcs]
        for name in ("nats", "tables", "groups", "acls", "load_balancers", "target_groups")
    }
    return (
        found
        | kept
        | {
            "subnets": subnets,
            "gateways": _gateways(found, vpcs, tags),
            "instances": [item for item in _instances(found) if item.get("VpcId") in vpcs],
            "scaling_groups": [
                g for g in found["scaling_groups"] if services.zone_subnets(g) & here
            ],
            "databases": [db for db in found["databases"] if services.database_vpc(db) in vpcs],
        }
    )


def _instances(found: Mapping[str, list[Json]]) -> Iterable[Json]:
    for reservation in found["reservations"]:
        for instance in reservation.get("Instances", []):
            # A terminated machine is still listed for a while, but no packet reaches it.
            if instance.get("State", {}).get("Name") not in ("terminated", "shutting-down"):
                yield instance


def _gateways(
    found: Mapping[str, list[Json]], vpcs: set[str], tags: Mapping[str, str]
) -> list[Json]:
    """Keep gateways attached to these VPCs, and detached ones: tagged, or named by a route."""
    named = {
        route.get("GatewayId")
        for table in found["tables"]
        if table.get("VpcId") in vpcs
        for route in table.get("Routes", [])
    }

    def kept(gateway: Json) -> bool:
        attached = set(parse.attached_to(gateway))
        if gateway["InternetGatewayId"] in named or attached & vpcs:
            return True
        return not attached and _carries(gateway, tags)

    return [gateway for gateway in found["gateways"] if kept(gateway)]


def _add_load_balancing(elb: Any, found: dict[str, list[Json]], pool: ThreadPoolExecutor) -> None:
    """Fill in each balancer's listeners with their rules, and each group's targets."""

    def listeners(balancer: Json) -> None:
        arn = balancer["LoadBalancerArn"]
        balancer["Listeners"] = _pages(elb, "describe_listeners", "Listeners", LoadBalancerArn=arn)
        for listener in balancer["Listeners"] or []:
            arn = listener["ListenerArn"]
            listener["Rules"] = _pages(elb, "describe_rules", "Rules", ListenerArn=arn)

    def targets(group: Json) -> None:
        key, arn = "TargetHealthDescriptions", group["TargetGroupArn"]
        group[key] = _pages(elb, "describe_target_health", key, TargetGroupArn=arn)

    calls = [pool.submit(listeners, balancer) for balancer in found["load_balancers"]]
    calls += [pool.submit(targets, group) for group in found["target_groups"]]
    for call in calls:
        call.result()

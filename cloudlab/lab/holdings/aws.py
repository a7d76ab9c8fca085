"""What AWS holds that a learner can make, whose it is, and how it's removed."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from cloudlab.lab import aws
from cloudlab.lab.holdings import Holdings, Inventory, Label, Thing
from cloudlab.lab.holdings.aws_removal import REMOVE, gone_already

#: kind → (service, operation, which ids: a JMESPath expression).
KINDS: dict[str, tuple[str, str, str]] = {
    "vpc": ("ec2", "describe_vpcs", "Vpcs[].VpcId"),
    "subnet": ("ec2", "describe_subnets", "Subnets[].SubnetId"),
    "internet gateway": (
        "ec2",
        "describe_internet_gateways",
        "InternetGateways[].InternetGatewayId",
    ),
    "NAT gateway": (
        "ec2",
        "describe_nat_gateways",
        "NatGateways[?State!='deleted' && State!='deleting'].NatGatewayId",
    ),
    "elastic address": ("ec2", "describe_addresses", "Addresses[].AllocationId"),
    "route table": ("ec2", "describe_route_tables", "RouteTables[].RouteTableId"),
    "security group": ("ec2", "describe_security_groups", "SecurityGroups[].GroupId"),
    "instance": (
        "ec2",
        "describe_instances",
        "Reservations[].Instances[?State.Name!='terminated' && State.Name!='shutting-down']"
        "[].InstanceId",
    ),
    "launch template": ("ec2", "describe_launch_templates", "LaunchTemplates[].LaunchTemplateId"),
    "key pair": ("ec2", "describe_key_pairs", "KeyPairs[].KeyName"),
    "load balancer": ("elbv2", "describe_load_balancers", "LoadBalancers[].LoadBalancerName"),
    "target group": ("elbv2", "describe_target_groups", "TargetGroups[].TargetGroupName"),
    "Auto Scaling group": (
        "autoscaling",
        "describe_auto_scaling_groups",
        "AutoScalingGroups[].AutoScalingGroupName",
    ),
    "database": ("rds", "describe_db_instances", "DBInstances[].DBInstanceIdentifier"),
    "database subnet group": (
        "rds",
        "describe_db_subnet_groups",
        "DBSubnetGroups[].DBSubnetGroupName",
    ),
    "alarm": ("cloudwatch", "describe_alarms", "MetricAlarms[].AlarmName"),
    "bucket": ("s3", "list_buckets", "Buckets[].Name"),
    "table": ("dynamodb", "list_tables", "TableNames[]"),
    "function": ("lambda", "list_functions", "Functions[].FunctionName"),
    "role": ("iam", "list_roles", "Roles[].RoleName"),
    "policy": ("iam", "list_policies", "Policies[].PolicyName"),
    "user": ("iam", "list_users", "Users[].UserName"),
    "queue": ("sqs", "list_queues", "QueueUrls[]"),
    "topic": ("sns", "list_topics", "Topics[].TopicArn"),
    "log group": ("logs", "describe_log_groups", "logGroups[].logGroupName"),
    "REST API": ("apigateway", "get_rest_apis", "items[].id"),
    "state machine": ("stepfunctions", "list_state_machines", "stateMachines[].name"),
    "event rule": ("events", "list_rules", "Rules[].Name"),
}
#: IAM lists Amazon's own policies beside the learner's.
ARGUMENTS: dict[str, dict[str, str]] = {"policy": {"Scope": "Local"}}
#: Kinds that a VPC makes for itself, and where their VPC is told: (operation, list, id).
GO_WITH_VPC = {
    "route table": ("describe_route_tables", "RouteTables", "RouteTableId"),
    "security group": ("describe_security_groups", "SecurityGroups", "GroupId"),
}


def inventory() -> Inventory:
    """Kind → sorted ids, without the kinds of which there is none."""
    clients = {service: aws.client(service) for service in {row[0] for row in KINDS.values()}}
    with ThreadPoolExecutor(max_workers=len(KINDS)) as pool:
        found = pool.map(lambda kind: _ids(clients[KINDS[kind][0]], kind), KINDS)
        return {kind: ids for kind, ids in zip(KINDS, found, strict=True) if ids}


def _ids(client: Any, kind: str) -> list[str]:
    """The ids of one kind, page by page where there are pages."""
    from jmespath import search  # type: ignore[import-untyped]

    _, operation, expression = KINDS[kind]
    arguments = ARGUMENTS.get(kind, {})
    if client.can_paginate(operation):
        pages = client.get_paginator(operation).paginate(**arguments)
    else:
        pages = [getattr(client, operation)(**arguments)]
    return sorted(name for page in pages for name in search(expression, page) or [])


# Whose it is: a section's things carry its tag (`Section`) or its name as a prefix


def labels(found: Inventory) -> dict[Thing, Label]:
    """The section by its tag, the name from the id.

    What lies in a tagged VPC and can't be told otherwise, such as its main route table, goes with
    the VPC.
    """
    owner = _tagged(aws.client("ec2"))
    _add_what_goes_with_a_vpc(owner, found)
    names = _api_names() if "REST API" in found else {}
    return {
        Thing(kind, one): Label(owner.get(one, ""), _name(names.get(one, one)))
        for kind, ids in found.items()
        if kind in KINDS
        for one in ids
    }


def _name(text: str) -> str:
    """The last piece of an address or an ARN."""
    return text.rpartition("/")[2].rpartition(":")[2]


def _tagged(ec2: Any) -> dict[str, str]:
    """Id → section, for everything in EC2 that says so."""
    pages = ec2.get_paginator("describe_tags").paginate(
        Filters=[{"Name": "key", "Values": ["Section"]}]
    )
    return {tag["ResourceId"]: tag["Value"] for page in pages for tag in page["Tags"]}


def _api_names() -> dict[str, str]:
    """Id → name: the inventory knows a REST API by its id, which says nothing."""
    pages = aws.client("apigateway").get_paginator("get_rest_apis").paginate()
    return {api["id"]: api["name"] for page in pages for api in page["items"]}


def _add_what_goes_with_a_vpc(owner: dict[str, str], found: Inventory) -> None:
    for kind, (operation, key, id_) in GO_WITH_VPC.items():
        if kind in found:
            for item in getattr(aws.client("ec2"), operation)()[key]:
                owner.setdefault(item[id_], owner.get(item.get("VpcId", ""), ""))


# Removal


def remove(things: list[Thing]) -> dict[Thing, str]:
    """Try each once; those that AWS refuses to let go, and why."""
    return dict(_refused(things))


def _refused(things: list[Thing]) -> Iterator[tuple[Thing, str]]:
    from botocore.exceptions import ClientError

    for thing in things:
        service, remove_one = REMOVE[thing.kind]
        try:
            remove_one(aws.client(service), thing.id)
        except ClientError as error:
            if not gone_already(error):
                yield thing, str(error)


HOLDINGS = Holdings(tuple(REMOVE), inventory, labels, remove)

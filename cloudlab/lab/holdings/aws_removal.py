"""How one of each kind of AWS's is removed, and in which order the kinds go."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from botocore.exceptions import ClientError

Remove = Callable[[Any, str], Any]

#: What AWS's services call a thing that isn't there: one of these is in the error's code.
GONE = ("NotFound", "NoSuch", "DoesNotExist", "NonExistent")


def gone_already(error: ClientError) -> bool:
    """Whether it went with something else; Auto Scaling alone has no code for it, but a message."""
    said = error.response["Error"]
    return any(word in said["Code"] for word in GONE) or (
        said["Code"] == "ValidationError" and "not found" in said["Message"]
    )


def _detach_and_delete_gateway(ec2: Any, id_: str) -> None:
    gateway = ec2.describe_internet_gateways(InternetGatewayIds=[id_])["InternetGateways"][0]
    for attachment in gateway["Attachments"]:
        ec2.detach_internet_gateway(InternetGatewayId=id_, VpcId=attachment["VpcId"])
    ec2.delete_internet_gateway(InternetGatewayId=id_)


def _release_and_delete_table(ec2: Any, id_: str) -> None:
    table = ec2.describe_route_tables(RouteTableIds=[id_])["RouteTables"][0]
    if any(a.get("Main") for a in table["Associations"]):
        return  # it goes with its VPC
    for association in table["Associations"]:
        ec2.disassociate_route_table(AssociationId=association["RouteTableAssociationId"])
    ec2.delete_route_table(RouteTableId=id_)


def _empty_and_delete_group(ec2: Any, id_: str) -> None:
    """Two groups that name each other can't go before both have forgotten their rules.

    By their ids: a rule that names a group that's gone can't be found by what it says.
    """
    (group,) = ec2.describe_security_groups(GroupIds=[id_])["SecurityGroups"]
    of_it = [{"Name": "group-id", "Values": [id_]}]
    rules = ec2.describe_security_group_rules(Filters=of_it)["SecurityGroupRules"]
    inwards = [rule["SecurityGroupRuleId"] for rule in rules if not rule["IsEgress"]]
    outwards = [rule["SecurityGroupRuleId"] for rule in rules if rule["IsEgress"]]
    if inwards:
        ec2.revoke_security_group_ingress(GroupId=id_, SecurityGroupRuleIds=inwards)
    if outwards:
        ec2.revoke_security_group_egress(GroupId=id_, SecurityGroupRuleIds=outwards)
    if group["GroupName"] != "default":  # that one goes with its VPC
        ec2.delete_security_group(GroupId=id_)


def _delete_load_balancer(elb: Any, name: str) -> None:
    for one in elb.describe_load_balancers(Names=[name])["LoadBalancers"]:
        elb.delete_load_balancer(LoadBalancerArn=one["LoadBalancerArn"])


def _delete_target_group(elb: Any, name: str) -> None:
    for one in elb.describe_target_groups(Names=[name])["TargetGroups"]:
        elb.delete_target_group(TargetGroupArn=one["TargetGroupArn"])


def _delete_database(rds: Any, name: str) -> None:
    rds.modify_db_instance(
        DBInstanceIdentifier=name, DeletionProtection=False, ApplyImmediately=True
    )
    rds.delete_db_instance(DBInstanceIdentifier=name, SkipFinalSnapshot=True)


def _empty_and_delete_bucket(s3: Any, name: str) -> None:
    for page in s3.get_paginator("list_object_versions").paginate(Bucket=name):
        for item in [*page.get("Versions", []), *page.get("DeleteMarkers", [])]:
            s3.delete_object(Bucket=name, Key=item["Key"], VersionId=item["VersionId"])
    s3.delete_bucket(Bucket=name)


def _strip_and_delete_role(iam: Any, name: str) -> None:
    for policy in iam.list_attached_role_policies(RoleName=name)["AttachedPolicies"]:
        iam.detach_role_policy(RoleName=name, PolicyArn=policy["PolicyArn"])
    for inline in iam.list_role_policies(RoleName=name)["PolicyNames"]:
        iam.delete_role_policy(RoleName=name, PolicyName=inline)
    iam.delete_role(RoleName=name)


def _strip_and_delete_user(iam: Any, name: str) -> None:
    for policy in iam.list_attached_user_policies(UserName=name)["AttachedPolicies"]:
        iam.detach_user_policy(UserName=name, PolicyArn=policy["PolicyArn"])
    for inline in iam.list_user_policies(UserName=name)["PolicyNames"]:
        iam.delete_user_policy(UserName=name, PolicyName=inline)
    for key in iam.list_access_keys(UserName=name)["AccessKeyMetadata"]:
        iam.delete_access_key(UserName=name, AccessKeyId=key["AccessKeyId"])
    iam.delete_user(UserName=name)


def _delete_policy(iam: Any, name: str) -> None:
    for policy in iam.list_policies(Scope="Local")["Policies"]:
        if policy["PolicyName"] == name:
            iam.delete_policy(PolicyArn=policy["Arn"])


def _empty_and_delete_rule(events: Any, name: str) -> None:
    targets = [target["Id"] for target in events.list_targets_by_rule(Rule=name)["Targets"]]
    if targets:
        events.remove_targets(Rule=name, Ids=targets)
    events.delete_rule(Name=name)


def _delete_state_machine(sfn: Any, name: str) -> None:
    for machine in sfn.list_state_machines()["stateMachines"]:
        if machine["name"] == name:
            sfn.delete_state_machine(stateMachineArn=machine["stateMachineArn"])


#: kind → (service, how one of it is removed), in the order of removal.
REMOVE: dict[str, tuple[str, Remove]] = {
    "alarm": ("cloudwatch", lambda c, i: c.delete_alarms(AlarmNames=[i])),
    "Auto Scaling group": (
        "autoscaling",
        lambda c, i: c.delete_auto_scaling_group(AutoScalingGroupName=i, ForceDelete=True),
    ),
    "load balancer": ("elbv2", _delete_load_balancer),
    "target group": ("elbv2", _delete_target_group),
    "database": ("rds", _delete_database),
    "database subnet group": (
        "rds",
        lambda c, i: c.delete_db_subnet_group(DBSubnetGroupName=i),
    ),
    "instance": ("ec2", lambda c, i: c.terminate_instances(InstanceIds=[i])),
    "launch template": ("ec2", lambda c, i: c.delete_launch_template(LaunchTemplateId=i)),
    "key pair": ("ec2", lambda c, i: c.delete_key_pair(KeyName=i)),
    "NAT gateway": ("ec2", lambda c, i: c.delete_nat_gateway(NatGatewayId=i)),
    "elastic address": ("ec2", lambda c, i: c.release_address(AllocationId=i)),
    "route table": ("ec2", _release_and_delete_table),
    "security group": ("ec2", _empty_and_delete_group),
    "subnet": ("ec2", lambda c, i: c.delete_subnet(SubnetId=i)),
    "internet gateway": ("ec2", _detach_and_delete_gateway),
    "vpc": ("ec2", lambda c, i: c.delete_vpc(VpcId=i)),
    "bucket": ("s3", _empty_and_delete_bucket),
    "role": ("iam", _strip_and_delete_role),
    "queue": ("sqs", lambda c, i: c.delete_queue(QueueUrl=i)),
    "topic": ("sns", lambda c, i: c.delete_topic(TopicArn=i)),
    "table": ("dynamodb", lambda c, i: c.delete_table(TableName=i)),
    "function": ("lambda", lambda c, i: c.delete_function(FunctionName=i)),
    "REST API": ("apigateway", lambda c, i: c.delete_rest_api(restApiId=i)),
    "event rule": ("events", _empty_and_delete_rule),
    "state machine": ("stepfunctions", _delete_state_machine),
    "user": ("iam", _strip_and_delete_user),
    "policy": ("iam", _delete_policy),
    "log group": ("logs", lambda c, i: c.delete_log_group(logGroupName=i)),
}

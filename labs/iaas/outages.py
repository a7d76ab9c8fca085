"""What can break in the last exercise: each is one small change in the cloud, as a slip would be.

`terraform apply` mends every one of them, and so does taking the change back by hand.
"""

from __future__ import annotations

from cloudlab.learning.checks import outage
from cloudlab.learning.network import SecurityGroup
from cloudlab.learning.network.model import find
from cloudlab.learning.view import LabView


@outage("public-route", symptom="Customers get no answer at all, not even an error page.")
def public_route(lab: LabView) -> None:
    """The public table loses its way out."""
    for table in {s.table.id for s in lab.network.subnets if s.table and s.associated}:
        routes = next(t.routes for t in lab.network.tables if t.id == table)
        if any(route.kind == "internet gateway" for route in routes):
            lab.aws("ec2").delete_route(RouteTableId=table, DestinationCidrBlock="0.0.0.0/0")


@outage("web-rule", symptom="Customers see 504 Gateway Time-out; the load balancer is fine.")
def web_rule(lab: LabView) -> None:
    """The web servers' group lets in nobody any more."""
    servers = {group for instance in lab.network.instances for group in instance.groups}
    for id_ in servers:
        _close(lab, find(lab.network.groups, id_))


@outage("database-rule", symptom="Every page says: the database does not answer.")
def database_rule(lab: LabView) -> None:
    """The database's group lets in nobody any more."""
    for database in lab.network.databases:
        for id_ in database.groups:
            _close(lab, find(lab.network.groups, id_))


@outage("listener", symptom="Customers are told: connection refused.")
def listener(lab: LabView) -> None:
    """The load balancer stops listening."""
    elb = lab.aws("elbv2")
    for balancer in lab.network.load_balancers:
        for one in elb.describe_listeners(LoadBalancerArn=balancer.id)["Listeners"]:
            elb.delete_listener(ListenerArn=one["ListenerArn"])


@outage("no-servers", symptom="Customers see 503 Service Unavailable, and the bill went down.")
def no_servers(lab: LabView) -> None:
    """Somebody saved money."""
    for group in lab.network.scaling_groups:
        lab.aws("autoscaling").update_auto_scaling_group(
            AutoScalingGroupName=group.name, MinSize=0, DesiredCapacity=0
        )


def _close(lab: LabView, group: SecurityGroup | None) -> None:
    """Take every inward rule out of a group."""
    if group is None:
        return
    ec2 = lab.aws("ec2")
    found = ec2.describe_security_groups(GroupIds=[group.id])["SecurityGroups"][0]
    if found["IpPermissions"]:
        ec2.revoke_security_group_ingress(GroupId=group.id, IpPermissions=found["IpPermissions"])

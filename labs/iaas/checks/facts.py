"""The story that the checks and the post-mortem read: routes, rules, machines, numbers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from cloudlab.learning.checks import watch
from cloudlab.learning.network import Network
from cloudlab.learning.view import LabView

#: The colleague in the exercise on drift opens this one.
ROGUE_PORT = 22


@watch
def facts(lab: LabView) -> dict[str, Any]:
    """What changes when somebody works on this section, in a form that can be kept and compared."""
    network = lab.network
    return {
        "routes": sorted(_routes(network)),
        "rules": sorted(_rules(network)),
        "group": [
            {"servers": sorted(group.instances), "desired": group.desired}
            for group in network.scaling_groups
        ],
        "alarms": _alarms(lab),
        "load balancers": sorted(balancer.name for balancer in network.load_balancers),
        "databases": sorted(database.name for database in network.databases),
    }


def _alarms(lab: LabView) -> dict[str, str]:
    """The state of the section's alarms: OK, ALARM or INSUFFICIENT_DATA."""
    found = lab.aws("cloudwatch").describe_alarms(AlarmNamePrefix=f"{lab.section.name}-")
    return {alarm["AlarmName"]: alarm["StateValue"] for alarm in found["MetricAlarms"]}


def _routes(network: Network) -> Iterator[str]:
    for subnet in network.subnets:
        for route in subnet.table.routes if subnet.table else ():
            if route.kind != "local":
                yield f"{subnet.name}: {route.destination} → {route.kind}"


def _rules(network: Network) -> Iterator[str]:
    for group in network.groups:
        for rule in group.ingress:
            for source in [*rule.cidrs, *map(network.group_name, rule.groups)]:
                yield f"{group.name} lets in {rule.protocol} {rule.first or 'all'} from {source}"

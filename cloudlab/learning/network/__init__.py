"""The network that the lab holds, as values: read it, walk it, draw it.

read_network(client) ─→ Network ─┬─→ cloudlab.learning.trace.trace
(read, parse)           (model)  └─→ cloudlab.learning.diagrams.diagram
"""

from .model import (
    AclEntry,
    Database,
    Instance,
    InternetGateway,
    Listener,
    LoadBalancer,
    NatGateway,
    Network,
    NetworkAcl,
    Route,
    RouteTable,
    Rule,
    ScalingGroup,
    SecurityGroup,
    Subnet,
    Target,
    TargetGroup,
    Vpc,
)
from .read import read_network

__all__ = [
    "AclEntry",
    "Database",
    "Instance",
    "InternetGateway",
    "Listener",
    "LoadBalancer",
    "NatGateway",
    "Network",
    "NetworkAcl",
    "Route",
    "RouteTable",
    "Rule",
    "ScalingGroup",
    "SecurityGroup",
    "Subnet",
    "Target",
    "TargetGroup",
    "Vpc",
    "read_network",
]

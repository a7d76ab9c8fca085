"""`diagram`: the network as it stands, drawn as Mermaid, with the same told as an outline."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from .network.mermaid import mermaid
from .network.model import Network
from .network.outline import EMPTY, outline
from .network.parties import flows, parties

__all__ = ["Diagram", "diagram"]


@dataclass(frozen=True, slots=True)
class Diagram:
    """A drawing and its text. JupyterLab draws the Mermaid; every other reader gets the text."""

    mermaid: str
    text: str

    def __str__(self) -> str:
        return self.text

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:
        drawn = {"text/vnd.mermaid": self.mermaid} if self.mermaid else {}
        return {"text/plain": self.text, **drawn}


def diagram(network: Network) -> Diagram:
    """Draw a network: its VPCs, zones and subnets, what stands there, and what may pass.

    A subnet is shown as public or private by its route, whatever its name says.
    """
    if not network.vpcs:
        return Diagram("", EMPTY)
    network = _whole(network)
    everyone = parties(network)
    allowed = flows(network, everyone)
    text = outline(network, everyone, allowed)
    return Diagram(mermaid(network, everyone, allowed, text), text)


def _whole(network: Network) -> Network:
    """Leave out what stands in something that isn't there: a moment between two calls."""
    vpcs = {vpc.id for vpc in network.vpcs}
    subnets = tuple(subnet for subnet in network.subnets if subnet.vpc in vpcs)
    known = {subnet.id for subnet in subnets}
    return replace(
        network,
        subnets=subnets,
        nats=tuple(nat for nat in network.nats if nat.subnet in known),
        instances=tuple(one for one in network.instances if one.vpc in vpcs),
        load_balancers=tuple(one for one in network.load_balancers if one.vpc in vpcs),
        databases=tuple(one for one in network.databases if one.vpc in vpcs),
    )

"""`trace` and `diagram`: what the connected section has in the lab, walked and drawn."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cloudlab.lab.aws import client
from cloudlab.lab.errors import UsageError
from cloudlab.learning.checks import lab_faults
from cloudlab.learning.network import Network, read_network
from cloudlab.learning.sections import Section
from cloudlab.learning.session import connected_section

if TYPE_CHECKING:
    from cloudlab.learning.diagrams import Diagram
    from cloudlab.learning.trace import Trace


def trace(source: str, target: str) -> Trace:
    """Walk the section's live network rules from `source` to `target`; says what stops the packet.

    Computed, not measured: no packet is sent.
    """
    from cloudlab.learning.trace import trace as walk

    with lab_faults():
        return walk(_network(connected_section()), source, target)


def diagram(of: str | None = None) -> Diagram:
    """What the section has in the lab now, as Mermaid with a text alternative.

    Its network, its containers or its objects in Kubernetes; where it has several of these, `of`
    is one of "aws", "containers", "kubernetes".
    """
    section = connected_section()
    drawings = {
        "aws": _draw_network,
        "containers": _draw_stack,
        "kubernetes": _draw_cluster,
    }
    offered = [part for part in section.parts if part in drawings]
    if of not in (None, *offered) or not offered:
        named = ", ".join(f'"{one}"' for one in offered) or "nothing"
        raise UsageError(f"{section.title} has no diagram of {of}.", f"It has one of {named}.")
    with lab_faults():
        return drawings[of or offered[0]](section)


def _draw_network(section: Section) -> Diagram:
    from cloudlab.learning.diagrams import diagram as draw

    return draw(_network(section))


def _draw_stack(section: Section) -> Diagram:
    from cloudlab.learning.stack import read_stack

    return read_stack(section.name).draw()


def _draw_cluster(section: Section) -> Diagram:
    from cloudlab.learning.cluster import read_cluster

    return read_cluster(section.name).draw()


def _network(section: Section) -> Network:
    return read_network(client, tags=section.tag)

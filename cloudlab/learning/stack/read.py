"""Reading a section's containers from the engine, and making a graph of them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from cloudlab.lab.engine import client as docker_client
from cloudlab.lab.holdings import docker as holdings
from cloudlab.learning.graph import Graph, Node

Item = dict[str, Any]

EMPTY = "There is nothing yet: no container of this section was found."
MACHINE = "this machine"
SERVICE = "com.docker.compose.service"


def read_stack(section: str, api: Any = None) -> Graph:
    """The containers that are the section's, by label, project or name; errors come through."""
    api = api or docker_client.client().api
    found = holdings.inventory()
    own = {thing.id for thing, label in holdings.labels(found).items() if label.is_of(section)}
    graph = Graph(f"The containers of {section}", EMPTY)
    for one in sorted(api.containers(all=True), key=_title):
        if one["Names"][0].removeprefix("/") in own:
            _add(graph, one, api.inspect_container(one["Id"]))
    return graph


def _title(one: Item) -> str:
    """Service and its number; the container's own name where Compose didn't make it."""
    return str(one["Names"][0].removeprefix("/"))


def _add(graph: Graph, one: Item, details: Item) -> None:
    """A container, and what it's tied to."""
    note, good = _state(details["State"])
    style = "good" if good else "bad"
    graph.add(Node(one["Id"], "container", _title(one), f"{one['Image']}, {note}", style=style))
    for port, inside in _published(details):
        graph.add(Node(MACHINE, "", MACHINE, shape="door"))
        graph.tie(MACHINE, one["Id"], f"{port} leads to {inside} of")
    for name in details["NetworkSettings"]["Networks"]:
        graph.add(Node(f"network {name}", "network", name, shape="place"))
        graph.tie(one["Id"], f"network {name}", "is in")
    for mount in details["Mounts"]:
        if mount["Type"] == "volume":
            name = mount["Name"]
            short = name if len(name) < 64 else "without a name"  # those are of 64 characters
            graph.add(Node(f"volume {name}", "volume", short, shape="store"))
            graph.tie(one["Id"], f"volume {name}", f"keeps {mount['Destination']} in")


def _state(state: Item) -> tuple[str, bool]:
    """What it does, and whether that's good."""
    if state["Status"] != "running":
        return f"{state['Status']} ({state['ExitCode']})", state["ExitCode"] == 0
    health = (state.get("Health") or {}).get("Status", "none")
    return ("running" if health == "none" else health), health != "unhealthy"


def _published(details: Item) -> Iterator[tuple[str, str]]:
    """Address and port of this machine, and the container's port."""
    for inside, outside in (details["NetworkSettings"]["Ports"] or {}).items():
        for one in outside or []:
            yield f"{one['HostIp']}:{one['HostPort']}", inside.removesuffix("/tcp")

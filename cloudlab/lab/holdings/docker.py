"""What the container engine holds of a section's: containers, networks, volumes, images.

The engine may be the learner's own, with a day's work in it. Nothing is listed here, and so
nothing is ever removed, that doesn't say which section it belongs to: by the label
`cloudlab.section`, as a Compose project of the section's name, or by its own name.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from cloudlab.lab import rooms
from cloudlab.lab.engine.client import client
from cloudlab.lab.holdings import Holdings, Inventory, Label, Thing, is_named_for

SECTION = "cloudlab.section"
PROJECT = "com.docker.compose.project"
#: kind's nodes are the lab's own machinery, whatever their name.
MACHINERY = "io.x-k8s.kind.cluster"
#: What Podman puts before the name of an image that came from no registry.
LOCAL = "localhost/"

#: kind → how one of it is removed, in the order of removal.
REMOVE: dict[str, Callable[[Any, str], Any]] = {
    "container": lambda api, name: api.remove_container(name, force=True, v=True),
    "network": lambda api, name: api.remove_network(name),
    "volume": lambda api, name: api.remove_volume(name),
    "image": lambda api, name: api.remove_image(name, force=True),
}


def inventory() -> Inventory:
    """Kind → sorted names, of what is some section's."""
    found: Inventory = {}
    for thing, _ in _claimed():
        found.setdefault(thing.kind, []).append(thing.id)
    return {kind: sorted(names) for kind, names in found.items()}


def labels(found: Inventory) -> dict[Thing, Label]:
    """Which section each is of."""
    return {one: label for one, label in _claimed() if one.id in found.get(one.kind, [])}


def remove(things: list[Thing]) -> dict[Thing, str]:
    """Try each once; those that the engine refuses to let go, and why."""
    from docker.errors import APIError, NotFound

    api, refused = client(patient=True).api, dict[Thing, str]()
    for thing in things:
        try:
            REMOVE[thing.kind](api, thing.id)
        except NotFound:
            continue  # it went with something else
        except APIError as error:
            refused[thing] = str(error.explanation or error)
    return refused


def _claimed() -> Iterator[tuple[Thing, Label]]:
    """All that says whose it is."""
    known = rooms.sections()
    for kind, name, marks, names in _all():
        section = _section(marks, names, known)
        if section and MACHINERY not in marks:
            yield Thing(kind, name), Label(section, name)


def _section(marks: Mapping[str, str], names: list[str], known: list[str]) -> str:
    """The section that the labels tell, else the names; "" for none."""
    told = marks.get(SECTION) or marks.get(PROJECT)
    if told in known:
        return told or ""
    plain = [name.removeprefix(LOCAL) for name in names]
    return next((one for one in known if any(is_named_for(name, one) for name in plain)), "")


def _all() -> Iterator[tuple[str, str, Mapping[str, str], list[str]]]:
    """Kind, name, labels and all the names that may tell: a container is its image's, too."""
    api = client().api
    for one in api.containers(all=True):
        name = one["Names"][0].removeprefix("/")
        yield "container", name, one["Labels"] or {}, [name, one["Image"]]
    for one in api.networks():
        yield "network", one["Name"], one["Labels"] or {}, [one["Name"]]
    for one in api.volumes()["Volumes"] or []:
        yield "volume", one["Name"], one["Labels"] or {}, [one["Name"]]
    for one in api.images():
        tags = [tag for tag in one["RepoTags"] or [] if not tag.startswith("<none>")]
        for tag in tags or [one["Id"]]:  # without a tag its label alone can tell
            yield "image", tag, one["Labels"] or {}, tags and [tag]


HOLDINGS = Holdings(tuple(REMOVE), inventory, labels, remove, shared=lambda: True)

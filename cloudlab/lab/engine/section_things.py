"""What sections have in a container engine, by the label that all of it carries."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from contextlib import suppress
from typing import Any

from cloudlab.lab import rooms
from cloudlab.lab.engine import engines
from cloudlab.lab.engine.api import EngineRefused, EngineSilent, ask, labelled

#: The label's value is the section's name.
LABEL = "cloudlab.section"
#: Stopping a container may take a while; so may removing what it wrote.
SECONDS = 60.0

Thing = dict[str, Any]
"""What the engine says of one."""


def remove(endpoint: str, sections: Collection[str] | None) -> list[str]:
    """Remove what these sections have there, but images; returns it in words, "2 containers".

    None means every section: where nobody remembers which ones this lab had.
    """
    try:
        return _remove(endpoint, sections)
    except EngineSilent:
        return []


def there(sections: Collection[str]) -> list[str]:
    """Which of these sections have a container or a volume in the engine that answers here.

    Of any section, where none is named. Networks alone hold nothing that anybody would miss.
    """
    engine = engines.find()
    if engine is None:
        return []
    containers, _, volumes = _labelled(engine.endpoint)
    owners = {one["Labels"][LABEL] for one in [*containers, *volumes]}
    return sorted(owners & set(sections or rooms.sections()))


def _labelled(endpoint: str) -> tuple[list[Thing], list[Thing], list[Thing]]:
    """All containers, networks and volumes of sections."""
    query = labelled(LABEL)
    return (
        ask(endpoint, "GET", f"/containers/json?all=1&{query}"),
        ask(endpoint, "GET", f"/networks?{query}"),
        ask(endpoint, "GET", f"/volumes?{query}")["Volumes"] or [],
    )


def _remove(endpoint: str, sections: Collection[str] | None) -> list[str]:
    """Containers first: they hold the others."""
    containers, networks, volumes = _labelled(endpoint)

    def ours(things: Iterable[Thing], key: str) -> list[str]:
        return [t[key] for t in things if sections is None or t["Labels"][LABEL] in sections]

    paths = {
        "container": [f"/containers/{id_}?force=1&v=1" for id_ in ours(containers, "Id")],
        "network": [f"/networks/{id_}" for id_ in ours(networks, "Id")],
        "volume": [f"/volumes/{name}?force=1" for name in ours(volumes, "Name")],
    }
    gone = {kind: sum(_gone(endpoint, path) for path in of_it) for kind, of_it in paths.items()}
    return [f"{count} {kind}{'s' * (count > 1)}" for kind, count in gone.items() if count]


def _gone(endpoint: str, path: str) -> bool:
    """Remove one; another's container may hold it, and then it stays."""
    with suppress(EngineRefused):
        ask(endpoint, "DELETE", path, seconds=SECONDS)
        return True
    return False

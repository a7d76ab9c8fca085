"""What each section's room asks of the lab: `parts`, `tools`, `images`, `ports` in its manifest."""

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from cloudlab.lab.errors import UsageError
from cloudlab.lab.paths import paths


@dataclass(frozen=True)
class Needs:
    """What to start and what to find."""

    parts: tuple[str, ...] = ()
    tools: tuple[str, ...] = ()
    images: tuple[str, ...] = ()
    """Container images, by their names in images.toml."""
    ports: dict[str, int] = field(default_factory=dict)
    """What a section publishes: a variable, and the port that it would like to have."""


def sections() -> list[str]:
    """All rooms, in the order of their notebooks' numbers."""
    rooms = paths().root / "labs"
    names = [file.parent.name for file in rooms.glob("*/section.toml")]
    return sorted(names, key=lambda name: (_read(name).get("notebook", ""), name))


def needs(names: Iterable[str]) -> Needs:
    """What these sections need together, in the order in which it's first asked for."""
    rooms = [_read(name) for name in names]
    lists = {
        key: tuple(dict.fromkeys(one for room in rooms for one in room.get(key, [])))
        for key in ("parts", "tools", "images")
    }
    ports: dict[str, int] = {}
    for room in rooms:
        ports = {**room.get("ports", {}), **ports}
    return Needs(**lists, ports=ports)


def _read(name: str) -> dict[str, Any]:
    """The room's section.toml."""
    file = paths().room(name) / "section.toml"
    if not file.is_file():
        raise UsageError(f"no section is called {name!r}", f"sections: {', '.join(sections())}")
    return tomllib.loads(file.read_text())

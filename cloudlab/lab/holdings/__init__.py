"""What each backend holds that a learner can make: how it's listed, told apart, and removed.

holdings_of(needs)   one `Holdings` a need; a need's module is imported when it's asked for
aws, docker, kubernetes
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import NamedTuple

Inventory = dict[str, list[str]]
"""Kind → sorted ids, without the kinds of which there is none."""


class Thing(NamedTuple):
    """One of what a backend holds."""

    kind: str
    id: str


class Label(NamedTuple):
    """What a thing says of itself: the section that made it, if it says so, and its name."""

    section: str
    name: str

    def is_of(self, section: str) -> bool:
        """Whether it's that section's: by its label, else by its name."""
        return self.section == section if self.section else is_named_for(self.name, section)


def is_named_for(name: str, section: str) -> bool:
    """Whether a name is the section's or begins with it: `web`, `web-1`, `web_data`, `web/app`."""
    return name == section or name.startswith(tuple(f"{section}{mark}" for mark in "-_/:."))


@dataclass(frozen=True)
class Holdings:
    """What can be asked of a need's backend; errors of its client are raised as they come."""

    kinds: tuple[str, ...]
    """In the order in which they're removed."""
    inventory: Callable[[], Inventory]
    """What it holds now."""
    labels: Callable[[Inventory], Mapping[Thing, Label]]
    """What the things listed say of themselves; one that says nothing may be left out."""
    remove: Callable[[list[Thing]], dict[Thing, str]]
    """Tries each once; returns those that can't be removed now, and why."""
    shared: Callable[[], bool] = lambda: False
    """Whether others use it, too: then a section answers only for what it has put its name on."""


#: Need → the module that knows its backend.
MODULES = {"aws": "aws", "containers": "docker", "kubernetes": "kubernetes"}


def holdings_of(needs: Iterable[str]) -> list[Holdings]:
    """What is known of these needs' backends; one that holds nothing of a learner's is left out."""
    known = [MODULES[need] for need in needs if need in MODULES]
    return [import_module(f"{__name__}.{module}").HOLDINGS for module in dict.fromkeys(known)]

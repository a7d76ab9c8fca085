"""The steps that made an image, from the history that the engine keeps in it.

A step that was taken from the cache keeps the time at which it was first carried out: so two
images tell which steps a build did anew.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from cloudlab.learning.view import LabView

#: Both builders' ways to write a step: "RUN /bin/sh -c npm ci # buildkit", "/bin/sh -c #(nop) …".
SHELL = re.compile(r"^(?:RUN )?(?:\|\d+ .*?)?/bin/sh -c (?P<rest>.*)$", re.DOTALL)
NOTHING_RUN = "#(nop)"
#: The old builder writes what was copied as a digest, which changes with what is in it.
DIGEST = re.compile(r"\b(?:file|dir|multi):[0-9a-f]+ ")
FETCHES = re.compile(r"\b(?:npm (?:ci|i|install|add)|yarn|pnpm|node_modules)\b")
KEPT_CHARACTERS = 120


@dataclass(frozen=True)
class Step:
    """One step: when it was carried out (seconds since the epoch), and what it does."""

    carried_out: int
    what: str

    @classmethod
    def read(cls, line: str) -> Step:
        """From the story's line."""
        at, _, what = line.partition(" ")
        return cls(int(at), what)

    def __str__(self) -> str:
        return f"{self.carried_out} {self.what}"

    @property
    def fetches(self) -> bool:
        """Whether it brings the dependencies."""
        return bool(FETCHES.search(self.what))


def steps_of(lab: LabView, image_id: str) -> list[Step]:
    """The steps of an image, first one first; its base image's come before its own."""
    history: list[dict[str, Any]] = lab.docker.api.history(image_id)
    return [Step(one["Created"], plain(one["CreatedBy"] or "")) for one in reversed(history)]


def plain(created_by: str) -> str:
    """A step as its Dockerfile has it, whichever builder wrote it down."""
    text = " ".join(created_by.removesuffix("# buildkit").split())
    found = SHELL.match(text)
    if found:
        rest = found["rest"].strip()
        text = rest.removeprefix(NOTHING_RUN) if rest.startswith(NOTHING_RUN) else f"RUN {rest}"
    return DIGEST.sub("", text.strip())[:KEPT_CHARACTERS]

"""The images that sections build on: the official ones, or stand-ins where no registry answers."""

import hashlib
from dataclasses import replace
from functools import partial
from typing import ClassVar

from cloudlab.lab.parts.base import Context, Part
from cloudlab.lab.paths import paths
from cloudlab.lab.state import PartState


class Images(Part):
    """No process: once they're in the engine, their names are told by variables."""

    name = "images"
    title = "container images"
    backend = "official images"
    fidelity = "real"
    need = "containers"
    health: ClassVar[str | None] = None
    after = ("containers",)

    def fingerprint(self, context: Context) -> str:
        """Of what is wanted."""
        return hashlib.sha256(repr(sorted(context.images)).encode()).hexdigest()[:16]

    def prepare(self, context: Context) -> None:
        """Have them all in the engine."""
        from cloudlab.lab.images import Engine, obtain

        engine = Engine(context.environment, paths().log(self.name), context.cancelled)
        self.chosen = obtain(context.images, engine, partial(context.say, self.name))

    def start(self, context: Context) -> PartState:
        """Nothing to start."""
        return replace(
            self.blank(context), backend=self.chosen.backend, variables=self.chosen.variables
        )

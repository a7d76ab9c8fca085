"""The container engine: the one that answers on this machine, else the lab's own."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import ClassVar

from cloudlab.lab.engine import engines, own_engine
from cloudlab.lab.errors import ToolMissing
from cloudlab.lab.parts.base import Context, Part
from cloudlab.lab.state import PartState


class Engine(Part):
    """Docker Engine or Podman: found and never stopped, or started and stopped with the lab."""

    name = own_engine.PART
    title = "container engine"
    backend = "Docker Engine"
    fidelity = "real"
    need = "containers"
    health: ClassVar[str | None] = "/_ping"
    keeps_data = True
    limit = 60.0

    def __init__(self) -> None:
        self.found: engines.Engine | None = None
        self.variables: dict[str, str] = {}

    def fingerprint(self, context: Context) -> str:
        """Once chosen an engine stays, as long as it answers: a stack may run on it."""
        return self.name

    def prepare(self, context: Context) -> None:
        """Find an engine, or install what starts one; then Docker's client and its plugins."""
        from cloudlab.lab import fetching
        from cloudlab.lab.engine import plugins

        say = partial(context.say, self.name)
        self.found = engines.find(say)
        if self.found is None:
            self._can_start()
            own_engine.install(say, context.cancelled)
            self.found = engines.find()  # the package may have brought a service that runs
        backend = self.found.backend if self.found else self.backend
        meter = fetching.metering(say, context.cancelled)
        self.variables = plugins.lay(backend, meter, say, context.cancelled)

    def _can_start(self) -> None:
        """Raise where there's no engine, and none may be started or installed."""
        if engines.chosen() or not own_engine.possible():
            raise ToolMissing("no container engine answers on this machine", engines.advice())

    def start(self, context: Context) -> PartState:
        """Note the one that was found, or start the lab's own."""
        variables = {**self.variables, "DOCKER_HOST": own_engine.ENDPOINT}
        blank = self.blank(context)
        # `down` took the sections' containers: what comes after it is another life
        state = replace(blank, variables=variables, memory=str(blank.started_at))
        if self.found is None:
            daemon = own_engine.start(context.environment)
            return replace(state, endpoint=own_engine.ENDPOINT, processes=[daemon])
        own_engine.note(self.found.endpoint, own=False)
        variables["DOCKER_HOST"] = self.found.endpoint
        return replace(state, endpoint=self.found.endpoint, backend=self.found.backend, log=None)

"""What a part of the lab is, and how one that is a process is started."""

import hashlib
import threading
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from contextlib import nullcontext
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import ClassVar

from cloudlab.lab.paths import paths, write_private
from cloudlab.lab.ports import HOST, listen
from cloudlab.lab.settings import Settings
from cloudlab.lab.spawning import spawn
from cloudlab.lab.state import Fidelity, PartState


@dataclass(frozen=True)
class Context:
    """What parts that start side by side know of each other: all ports are chosen up front."""

    settings: Settings
    ports: Mapping[str, int]
    environment: Mapping[str, str]
    say: Callable[[str, str], None] = lambda part, text: None
    """What a part does now, for the progress display."""
    cancelled: threading.Event = field(default_factory=threading.Event)
    """Set on Ctrl-C: whatever takes longer than a moment looks at it and ends early."""
    images: tuple[str, ...] = ()
    """The container images that the sections which are up ask for, by their names."""


@dataclass(frozen=True)
class Launch:
    """How to start a process: two equal launches need no restart."""

    argv: tuple[str, ...]
    env: Mapping[str, str] = field(default_factory=dict)
    files: Mapping[Path, str] = field(default_factory=dict)
    cwd: Path | None = None
    listen: int | None = None
    """A port on which we listen for it, and hand it the socket."""

    @property
    def fingerprint(self) -> str:
        """Of all that it depends on."""
        told = repr((self.argv, sorted(self.env.items()), sorted(self.files.items())))
        return hashlib.sha256(told.encode()).hexdigest()[:16]


class Part(ABC):
    """A part: a name, a backend, how true it is, and how to start it."""

    name: ClassVar[str]
    title: ClassVar[str]
    backend: ClassVar[str]
    fidelity: ClassVar[Fidelity] = "emulated"
    need: ClassVar[str] = "aws"
    preferred_port: ClassVar[int | None] = None
    health: ClassVar[str | None] = "/"
    """What to GET to see whether it answers; None: whether it takes a connection."""
    keeps_data: ClassVar[bool] = False
    in_container: ClassVar[bool] = False
    limit: ClassVar[float] = 30.0
    """Seconds from `start` until it must be ready."""
    after: ClassVar[tuple[str, ...]] = ()
    """Parts that must be ready before this one is prepared: where they begin anew, so does it."""

    def prepare(self, context: Context) -> None:  # noqa: B027 – most have nothing to prepare
        """What must be there before it can start: may take minutes (a download, a build).

        Runs beside the other parts. It says what it does by `context.say(self.name, text)`, and
        returns early when `context.cancelled` is set: then the part isn't started.
        """

    @property
    def prepares(self) -> bool:
        """Whether it has something to do before it starts; a part that hasn't begins at once."""
        return bool(self.after) or type(self).prepare is not Part.prepare

    @abstractmethod
    def start(self, context: Context) -> PartState:
        """Start it, without waiting until it's ready."""

    @abstractmethod
    def fingerprint(self, context: Context) -> str:
        """Changes when the running one no longer is what `context` asks for."""

    def endpoint(self, context: Context) -> str | None:
        """Its address."""
        port = context.ports.get(self.name)
        return f"http://{HOST}:{port}" if port else None

    def blank(self, context: Context) -> PartState:
        """The part's state before it is started."""
        return PartState(
            name=self.name,
            title=self.title,
            backend=self.backend,
            fidelity=self.fidelity,
            need=self.need,
            endpoint=self.endpoint(context),
            port=context.ports.get(self.name),
            health=self.health,
            log=paths().log(self.name),
            keeps_data=self.keeps_data,
            fingerprint=self.fingerprint(context),
            started_at=time.time(),
        )


class ProcessPart(Part):
    """A part that is a process of this machine."""

    @abstractmethod
    def launch(self, context: Context) -> Launch:
        """How to start it."""

    def fingerprint(self, context: Context) -> str:
        """Of its launch."""
        return self.launch(context).fingerprint

    def start(self, context: Context) -> PartState:
        """Lay its files, then spawn it in the lab's environment."""
        state, launch = self.blank(context), self.launch(context)
        for path, text in launch.files.items():
            write_private(path, text)
        env = {**context.environment, **launch.env}
        with listen(launch.listen) if launch.listen else nullcontext() as listener:
            log = paths().log(self.name)
            one = spawn(self.name, launch.argv, env, log=log, cwd=launch.cwd, listener=listener)
        return replace(state, processes=[one])

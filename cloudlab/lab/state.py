"""What the lab remembers of itself between two commands: `.lab/state.json`.

Plain dataclasses: every command reads the state, and a validation library takes longer to import
than most of them take to run.
"""

import dataclasses
import fcntl
import hashlib
import json
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from cloudlab.lab.errors import Busy, StateCorrupt, Unwritable
from cloudlab.lab.paths import PRIVATE_FILE, paths, private_folder, write_private

Fidelity = Literal["real", "emulated", "simulated", "computed"]

#: How long a command waits for another one to end.
LOCK_SECONDS = 30.0


@dataclass(frozen=True)
class ProcessId:
    """A process, told apart from a later one of the same number by when it started."""

    pid: int
    created: float


@dataclass
class PartState:
    """One part as it was started."""

    name: str
    title: str
    backend: str
    fidelity: Fidelity
    need: str = ""
    """The need that brought it, e.g. "aws"."""
    endpoint: str | None = None
    port: int | None = None
    health: str | None = None
    """The page that answers when it's ready; None: a connection is enough."""
    link: str | None = None
    """What a learner opens in a browser, token and all."""
    processes: list[ProcessId] = field(default_factory=list)
    containers: list[str] = field(default_factory=list)
    log: Path | None = None
    ready_seconds: float | None = None
    started_at: float = 0.0
    sections: list[str] = field(default_factory=list)
    fingerprint: str = ""
    """Of the command that started it: another one means that it must start anew."""
    variables: dict[str, str] = field(default_factory=dict)
    """Set for every command while the part is up, e.g. the address of an engine."""
    keeps_data: bool = False
    """A restart loses what the learner made in it, unless there is a `memory` of it."""
    memory: str = ""
    """The id of the data that a part keeps on disk: the same after a restart, another once lost."""
    grace: float = 5.0
    """Seconds in which its processes may end by themselves before they're killed."""
    failure: str | None = None


@dataclass
class LabState:
    """All parts, by name."""

    parts: dict[str, PartState] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    """What the last `up` could not do, a line each."""
    ports: dict[str, int] = field(default_factory=dict)
    """What sections publish: a variable, and the port that was chosen for it."""

    @property
    def aws_endpoint(self) -> str | None:
        """The one address of AWS, or None where that part isn't up."""
        for name in ("aws-endpoint", "aws"):
            part = self.parts.get(name)
            if part and part.endpoint and not part.failure:
                return part.endpoint
        return None

    @property
    def variables(self) -> dict[str, str]:
        """What the parts that are up, and the sections' ports, add to every environment."""
        of_parts = [part.variables for part in self.parts.values() if not part.failure]
        of_ports = {name: str(port) for name, port in self.ports.items()}
        return {name: value for one in [*of_parts, of_ports] for name, value in one.items()}

    def memory_id(self, need: str) -> str:
        """Changes whenever what the need's parts hold was lost: a backend was started anew."""
        lives = [
            (
                part.name,
                part.memory or [(one.pid, one.created) for one in part.processes],
                part.containers,
            )
            for part in sorted(self.parts.values(), key=lambda part: part.name)
            if part.need == need and part.keeps_data
        ]
        return hashlib.sha256(repr(lives).encode()).hexdigest()[:16]


def state_file() -> Path:
    """Where the state is kept."""
    return paths().state / "state.json"


def load_state() -> LabState:
    """The state, empty where there is none.

    A file that can't be read is set aside and named by `StateCorrupt`; the next call then finds
    none, so that a caller may say so and go on.
    """
    try:
        text = state_file().read_text()
    except (FileNotFoundError, NotADirectoryError):
        return LabState()
    except (OSError, UnicodeDecodeError) as error:
        raise _set_aside(error) from error
    try:
        return _state(json.loads(text))
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise _set_aside(error) from error


def save_state(state: LabState) -> None:
    """Write the state whole or not at all."""
    write_private(state_file(), json.dumps(dataclasses.asdict(state), indent=2, default=str))


def forget_state() -> None:
    """Remove the file: works on a full disk, too."""
    state_file().unlink(missing_ok=True)


@contextmanager
def lab_lock(seconds: float = LOCK_SECONDS) -> Iterator[None]:
    """One command at a time changes a lab; the system lets go of the lock if we die."""
    file = private_folder(paths().state) / "lock"
    try:
        descriptor = os.open(file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, PRIVATE_FILE)
    except OSError as error:
        raise Unwritable.because(file, error) from error
    try:
        _lock(descriptor, time.monotonic() + seconds)
        yield
    finally:
        os.close(descriptor)


def _lock(descriptor: int, until: float) -> None:
    """Wait for the lock."""
    while True:
        try:
            return fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            if time.monotonic() > until:
                raise Busy(
                    "another cloudlab command is changing this lab",
                    "wait for it to end, then try again",
                ) from error
            time.sleep(0.05)


def _state(found: dict[str, Any]) -> LabState:
    """Build the state, refusing what isn't one."""
    parts = {name: _part(part) for name, part in found["parts"].items()}
    ports = {str(name): int(port) for name, port in found.get("ports", {}).items()}
    return LabState(parts, [str(note) for note in found["notes"]], ports)


def _part(found: dict[str, Any]) -> PartState:
    """Build a part; a pid that isn't a positive number would be a signal to a whole group."""
    identities = [ProcessId(int(one["pid"]), float(one["created"])) for one in found["processes"]]
    if any(one.pid <= 0 for one in identities):
        raise ValueError("a pid is positive")
    log = Path(found["log"]) if found["log"] else None
    return PartState(**{**found, "processes": identities, "log": log})


def _set_aside(error: Exception) -> StateCorrupt:
    """Rename the broken file, keeping it for whoever wants to know."""
    aside = state_file().with_name(f"state.broken-{int(time.time())}.json")
    try:
        state_file().replace(aside)
    except OSError as refusal:
        raise Unwritable.because(state_file(), refusal) from refusal
    return StateCorrupt(
        f"the lab's state file was unreadable ({type(error).__name__}); set aside as {aside}",
        "nothing to do: running parts are found by their mark and stopped or started anew",
    )

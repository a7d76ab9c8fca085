"""What happened in a section since `connect`: kept on disk, so that a shell, a restarted kernel
and the notebook all see the same story.

A record belongs to one memory of the lab. When a backend restarts it forgets, and the record
that spoke of it is replaced at the next `connect`.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from filelock import FileLock
from pydantic import BaseModel, Field, ValidationError

from cloudlab.lab.paths import paths, private_folder, write_private
from cloudlab.lab.state import LabState

KEPT_COMMANDS = 200


class Command(BaseModel):
    """A shell command that a notebook ran with `!`; times in seconds since the epoch.

    `tail` is the end of what it printed, without colours: some refusals stand nowhere else.
    """

    line: str
    exit_code: int
    started: float
    ended: float
    tail: str = ""

    @property
    def succeeded(self) -> bool:
        """Whether it exited with 0."""
        return self.exit_code == 0


class Observation(BaseModel):
    """The section's facts at one moment; `after` is when they were looked at before.

    Times are in seconds since the epoch. What changed the facts happened between the two.
    """

    at: float
    after: float = 0.0
    facts: dict[str, Any]


class Outage(BaseModel):
    """The outage that was drawn, when it began, and whether its post-mortem has been held."""

    name: str
    started: float
    over: bool = False


class Record(BaseModel):
    """One section's story since `connect`, oldest first."""

    section: str
    memory_id: str
    connected_at: float = Field(default_factory=time.time)
    inventory: dict[str, list[str]] = Field(default_factory=dict)
    observations: list[Observation] = Field(default_factory=list)
    looked_at: float = 0.0
    begun_at: float = 0.0
    commands: list[Command] = Field(default_factory=list)
    answers: dict[str, dict[str, Any]] = Field(default_factory=dict)
    outage: Outage | None = None

    def observe(self, facts: dict[str, Any]) -> bool:
        """Add an observation if anything changed; says whether it did."""
        before, self.looked_at = self.looked_at, time.time()
        if self.observations and self.observations[-1].facts == facts:
            return False
        self.observations.append(Observation(at=self.looked_at, after=before, facts=facts))
        return True

    def begin_again(self) -> None:
        """Let the story start from the last observation; what was there at `connect` stays."""
        self.observations = self.observations[-1:]
        self.commands, self.answers, self.outage = [], {}, None
        self.begun_at = time.time()

    def add_command(self, command: Command) -> None:
        """Remember a command; the oldest are let go."""
        self.commands = [*self.commands, command][-KEPT_COMMANDS:]


def _file(section: str) -> Path:
    return paths().state / "sections" / f"{section}.json"


def load_record(section: str) -> Record | None:
    """The section's record, or None where there is none or it can't be read any more.

    An unreadable record is the lab's loss, not the learner's work: it's set aside, and `connect`
    begins a new one.
    """
    file = _file(section)
    try:
        return Record.model_validate_json(file.read_text())
    except FileNotFoundError:
        return None
    except (ValidationError, UnicodeDecodeError):
        file.replace(file.with_suffix(".unreadable"))
        return None


def memory_of(needs: list[str], state: LabState) -> str:
    """Changes whenever a backend that these needs brought was started anew, and so forgot."""
    return " ".join(state.memory_id(need) for need in needs)


def connected_sections() -> list[str]:
    """The sections that have a record in this lab."""
    return sorted(file.stem for file in _file("any").parent.glob("*.json"))


def begin_record(record: Record) -> None:
    """Put a new record in the place of whatever there was."""
    file = _file(record.section)
    private_folder(file.parent)
    write_private(file, record.model_dump_json(indent=1))


@contextmanager
def changing_record(section: str) -> Iterator[Record | None]:
    """Read, change, write: a shell and a notebook at once lose nothing of each other's.

    Yields None, and writes nothing, where the section isn't connected.
    """
    file = _file(section)
    private_folder(file.parent)
    with FileLock(file.with_suffix(".lock")):
        record = load_record(section)
        yield record
        if record is not None:
            begin_record(record)


def forget_record(section: str) -> None:
    """Remove the section's record, if there is one."""
    _file(section).unlink(missing_ok=True)

"""How far the learner is: a file of their own in the user's data folder.

It survives `lab-down` and a new clone; only `cloudlab reset --progress` erases it.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock
from pydantic import BaseModel, Field, ValidationError

from cloudlab.lab.paths import paths, private_folder, write_private


class Belief(BaseModel):
    """A prediction: what was chosen, and what the lab showed (empty until it has)."""

    chose: str
    happened: str = ""


class ExerciseProgress(BaseModel):
    """One exercise's history; times in seconds since the epoch."""

    attempts: int = 0
    hints: int = 0
    passed_at: float | None = None


class Progress(BaseModel):
    """Everything kept about one learner on this machine."""

    exercises: dict[str, ExerciseProgress] = Field(default_factory=dict)
    beliefs: dict[str, Belief] = Field(default_factory=dict)

    def of(self, name: str) -> ExerciseProgress:
        """The exercise's history, begun where there is none."""
        return self.exercises.setdefault(name, ExerciseProgress())

    def passed(self, name: str) -> bool:
        """Whether a check of it ever passed."""
        return name in self.exercises and self.exercises[name].passed_at is not None

    def note_attempt(self, name: str, *, passed: bool) -> None:
        """Count a check that was a try; remember the first pass."""
        exercise = self.of(name)
        exercise.attempts += 1
        if passed and exercise.passed_at is None:
            exercise.passed_at = time.time()


def _file() -> Path:
    return paths().data / "progress.json"


def load_progress() -> Progress:
    """What is kept; a file that can't be read is set aside under another name, never lost."""
    file = _file()
    try:
        return Progress.model_validate_json(file.read_text())
    except FileNotFoundError:
        return Progress()
    except (ValidationError, UnicodeDecodeError):
        file.replace(file.with_name(f"progress.unreadable-{time.time():.0f}.json"))
        return Progress()


@contextmanager
def changing_progress() -> Iterator[Progress]:
    """Read, change, write: two notebooks at once lose nothing of each other's."""
    private_folder(_file().parent)
    with FileLock(_file().with_suffix(".lock")):
        progress = load_progress()
        yield progress
        write_private(_file(), progress.model_dump_json(indent=1))

"""What this machine's lab can't show: a part that isn't to be had, a backend that it doesn't run.

An exercise that needs it is "not runnable here"; the others go on.
"""

from __future__ import annotations

from dataclasses import dataclass

from cloudlab.lab.settings import settings
from cloudlab.lab.state import LabState
from cloudlab.learning.sections import Exercise, Section


@dataclass(frozen=True)
class Missing:
    """Why an exercise can't be done here, and where it can."""

    why: str
    where: str


def needs_of(section: Section, exercise: Exercise) -> list[str]:
    """The parts that the exercise needs: its own word, else all of the section's."""
    return section.parts if exercise.parts is None else exercise.parts


def absent(section: Section, state: LabState) -> list[str]:
    """Needs of the section that this lab does without, for as long as something is left to do.

    They were switched off, or couldn't be started. What was never asked for isn't absent: then
    the lab isn't up.
    """
    lacking = [need for need in section.parts if _switched_off(need) or _failed(need, state)]
    left = [one for one in section.exercises if not set(needs_of(section, one)) & set(lacking)]
    return lacking if left else []


def at_hand(section: Section, state: LabState) -> list[str]:
    """Needs of the section that can be asked for what they hold."""
    lacking = absent(section, state)
    return [need for need in section.parts if need not in lacking]


def missing_for(section: Section, exercise: Exercise, state: LabState) -> Missing | None:
    """What keeps the exercise from being done in this lab; None where nothing does."""
    for need in absent(section, state):
        if need in needs_of(section, exercise):
            return Missing(
                f"It needs {need}, and this lab runs without.",
                "`cloudlab doctor` says what to install for it.",
            )
    if exercise.backends is None:
        return None
    parts = [part for part in state.parts.values() if part.need in needs_of(section, exercise)]
    if not parts or {part.backend for part in parts} & set(exercise.backends):
        return None
    knobs = " or ".join(sorted({f"LAB_{part.need.upper()}" for part in parts}))
    return Missing(
        "What it shows is only simulated by this lab.",
        f"{knobs} chooses another backend; `cloudlab doctor` says which this machine can run.",
    )


def _switched_off(need: str) -> bool:
    return need == "containers" and settings().containers == "none"


def _failed(need: str, state: LabState) -> bool:
    return any(part.failure for part in state.parts.values() if part.need == need)

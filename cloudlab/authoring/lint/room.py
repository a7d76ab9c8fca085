"""What goes with a manifest in its room: checks, wrong answers, hints that can come."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from cloudlab.authoring.lint.codes import COMMON_CODES, Said, said_in
from cloudlab.authoring.misconceptions import (
    ENDINGS,
    Misconception,
    misconceptions_of,
    read_misconception,
)
from cloudlab.lab.errors import UsageError
from cloudlab.learning.checks import load_room
from cloudlab.learning.outcomes import Kind
from cloudlab.learning.sections import Section

WRONG_ANSWERS = 2
#: What an answer can come to; anything else is the lab's doing.
ANSWERED = {Kind.PASSED, Kind.NOT_YET, Kind.NOT_ATTEMPTED, Kind.SAVED}


def room_problems(section: Section) -> Iterator[str]:
    """What doesn't hold in the section's folder, a sentence each."""
    said = said_in(section.room)
    yield from _checks(section)
    yield from _messages(section, said)
    yield from _first_hints(section, said)
    yield from _predictions(section, said)
    yield from _folders(section)
    for exercise in section.exercises:
        yield from _misconceptions(section, exercise.name)


def _checks(section: Section) -> Iterator[str]:
    where = f"labs/{section.name}/checks"
    checks = load_room(section.name).checks
    wanted = {section.full_name(one) for one in section.exercises}
    for name in sorted(wanted - checks.keys()):
        yield f'{where}: no function is @check("{name}"): write it.'
    for name in sorted(checks.keys() - wanted):
        yield f"{where}: {name} is checked, and section.toml has no such exercise: drop either."
    for name in sorted(wanted & checks.keys()):
        goal = (checks[name].__doc__ or "").strip()
        if "\n" in goal or not goal.endswith("."):
            yield f"{where}: the docstring of {name} is its goal: one sentence on one line."


def _messages(section: Section, said: Said) -> Iterator[str]:
    """Whether what a learner reads tells one state from another, as far as the source shows."""
    where = f"labs/{section.name}"
    for place in said.unclear:
        yield f"{where}/{place}: write the code of this not_yet(…) out, so that hints can name it."
    for seen, codes in said.messages.items():
        if len(codes) > 1:
            names = " and ".join(sorted(codes))
            yield f"{where}/checks: {names} say the same ({seen}): tell them apart, or make it one."


def _first_hints(section: Section, said: Said) -> Iterator[str]:
    known = said.codes | COMMON_CODES | {"default"}
    for one in section.exercises:
        for code in sorted(one.first_hint.keys() - known):
            yield (
                f"labs/{section.name}/section.toml: first_hint of {one.name} waits for {code!r}, "
                "which no check of the room says: rename it, or drop it."
            )


def _predictions(section: Section, said: Said) -> Iterator[str]:
    """Whether the experiment can answer what was predicted: `passed(…, shows=choice)`."""
    choices = {one.name: set(one.prediction.choices) for one in section.exercises if one.prediction}
    for name in (name for name, offered in choices.items() if not offered & said.shows):
        yield f"labs/{section.name}/checks: no passed(…, shows=…) answers the prediction of {name}."
    offered = {choice for one in choices.values() for choice in one}
    for choice in sorted(said.shows - offered):
        yield f"labs/{section.name}/checks: shows={choice!r} is no prediction's choice."


def _folders(section: Section) -> Iterator[str]:
    """Whether every wrong answer belongs to an exercise and will be tried."""
    home = section.room / "misconceptions"
    slugs = {one.name for one in section.exercises}
    for folder in sorted(home.iterdir()) if home.is_dir() else ():
        where = f"labs/{section.name}/misconceptions/{folder.name}"
        if folder.name not in slugs:
            yield f"{where}: no exercise has that name: rename it, or remove it."
        for file in sorted(folder.iterdir()) if folder.is_dir() else ():
            if not file.is_file() or file.suffix not in ENDINGS:
                yield f"{where}/{file.name}: nothing reads it: give it an ending of a cell's file."


def _misconceptions(section: Section, slug: str) -> Iterator[str]:
    where = f"labs/{section.name}/misconceptions/{slug}"
    cases, broken = _readable(section.room, slug)
    yield from (f"{where}: {problem}" for problem in broken)
    wrong = [case for case in cases if case.expect is not Kind.PASSED]
    if len(wrong) + len(broken) < WRONG_ANSWERS:
        yield f"{where}: {len(wrong)} wrong answers, of {WRONG_ANSWERS} at least: what is tried?"
    for case in cases:
        if case.expect not in ANSWERED:
            yield f"{where}/{case.name}: no answer can come to {case.expect!r}: expect another."
    for source, times in Counter(case.source.strip() for case in cases).items():
        if times > 1:
            names = " and ".join(case.name for case in cases if case.source.strip() == source)
            yield f"{where}: {names} are the same answer: drop one."


def _readable(room: Path, slug: str) -> tuple[list[Misconception], list[str]]:
    """The cases of an exercise, and what is wrong with those that can't be read."""
    try:
        return misconceptions_of(room, slug), []
    except UsageError:
        files = sorted((room / "misconceptions" / slug).iterdir())
    cases, broken = [], []
    for file in (one for one in files if one.suffix in ENDINGS):
        try:
            cases.append(read_misconception(file))
        except UsageError as error:
            broken.append(f"{error.what} {error.todo}")
    return cases, broken

"""`cloudlab rehearse SECTION`: every check, tried in every direction, in one live run.

The solved notebook is driven cell by cell. Before the first cell and after the last, no check may
pass. At each exercise its starter, every misconception, and the solution are run in its place,
then the check with the endpoint at a closed port. One table says what was expected and seen.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from rich.console import Console

from cloudlab.authoring.misconceptions import Misconception, misconceptions_of
from cloudlab.authoring.own_lab import own_lab
from cloudlab.authoring.stage import Seen, Stage
from cloudlab.lab.state import load_state
from cloudlab.learning.checks import load_room
from cloudlab.learning.missing import missing_for, needs_of
from cloudlab.learning.outcomes import Kind
from cloudlab.learning.sections import Section, find_exercise, load_section
from cloudlab.learning.solutions import checked_exercise, tags

EMPTY_LAB = {Kind.NOT_ATTEMPTED, Kind.NOT_YET, Kind.SAVED, Kind.NOT_RUNNABLE}


@dataclass(frozen=True)
class Row:
    """One case of one exercise: what was expected, what the learner would have read."""

    exercise: str
    case: str
    expected: str
    outcome: str
    message: str
    ok: bool
    seconds: float = 0.0


def main(
    section: str,
    wrong_answers: Path | None = None,
    as_json: bool = False,
    only: str | None = None,
) -> int:
    """Rehearse a section (or one exercise of it) in a lab of its own and report.

    0 where every case came out as expected, else 1.
    """
    console = Console(stderr=as_json, soft_wrap=True)
    if only:
        section = find_exercise(only)[0].name
    with own_lab(section):
        cases = rehearse(load_section(section), wrong_answers, [only] if only else None)
        rows = told(console, cases)
    if as_json:
        print(json.dumps([asdict(row) for row in rows], indent=1, ensure_ascii=False))
    return verdict(rows)


def told(console: Console, cases: Iterable[Row]) -> list[Row]:
    """The rows, each printed as it comes, and how many came out as expected."""
    rows: list[Row] = []
    for row in cases:
        rows.append(row)
        _print_row(console, row)
    console.print(f"{sum(row.ok for row in rows)} of {len(rows)} cases came out as expected.")
    return rows


def verdict(rows: Sequence[Row]) -> int:
    """0 where every case came out as expected, else 1; where none was tried, nothing is proven."""
    return 0 if rows and all(row.ok for row in rows) else 1


def rehearse(
    section: Section, wrong_answers: Path | None = None, only: Sequence[str] | None = None
) -> Iterator[Row]:
    """One row a case, as they come.

    With `only`, of these exercises (by their full names): one that comes before them is played as
    it is solved, and what comes after the last of them is left out.
    """
    wanted = list(only or map(section.full_name, section.exercises))
    with Stage(section) as stage:
        stage.connect()  # without a baseline nothing is judged, and nothing could pass
        yield from _none_passes(stage, "fresh lab", wanted)
        yield from _exercises(stage, wanted, wrong_answers)
        stage.clean_up()  # the notebook's own cell never does it unattended
        yield from _none_passes(stage, "after Clean up", wanted)
        stage.connect()
        yield from _none_passes(stage, "second run", wanted)
        stage.clean_up()


def _exercises(stage: Stage, wanted: list[str], wrong_answers: Path | None) -> Iterator[Row]:
    """The notebook, cell by cell, to its end or to the last exercise that is wanted."""
    left = set(wanted)
    for cell in stage.cells:
        name = checked_exercise(cell)
        if "exercise" in tags(cell):
            stage.hold(cell)
        elif not stage.holding:  # what follows an exercise's cell is part of each attempt
            stage.play(cell)
        elif name in wanted:
            yield from _exercise(stage, name, wrong_answers)
            left.discard(name)
            if not left and len(wanted) < len(stage.section.exercises):
                return
        elif name is not None:
            stage.attempt(name, stage.solved())
            stage.release()
    for name in sorted(left):  # the notebook leaves it out: it was tried in no direction
        yield Row(name, "notebook", "a cell and its check", "none", "", ok=False)


def _none_passes(stage: Stage, case: str, names: list[str]) -> Iterator[Row]:
    for name in names:
        seen = stage.check(name)
        ok = seen.outcome in EMPTY_LAB
        yield Row(name, case, "no pass", seen.outcome, seen.message, ok, seen.seconds)


def _exercise(stage: Stage, name: str, wrong_answers: Path | None) -> Iterator[Row]:
    exercise = stage.section.exercise(name.partition(".")[2])
    if missing_for(stage.section, exercise, load_state()):
        yield _row(name, "not here", Kind.NOT_RUNNABLE, "", stage.attempt(name, stage.solved()))
        stage.release()
        return
    yield _starter(stage, name)
    for case in misconceptions_of(stage.section.room, exercise.name, wrong_answers):
        yield _case(stage, name, case)
    yield _row(name, "solution", Kind.PASSED, "", stage.attempt(name, stage.solved()))
    yield from _other_outages(stage, name)
    if needs_of(stage.section, exercise):
        seen = stage.check_with_closed_port(name)
        yield _row(name, "closed port", Kind.LAB_FAULT, "", seen)
    stage.release()


def _other_outages(stage: Stage, name: str) -> Iterator[Row]:
    """Where an exercise draws an outage, every other one is struck and mended, too."""
    drawn, solved = stage.outage, stage.solved()
    for other in load_room(stage.section.name).outages if drawn else ():
        if drawn and other != drawn:
            struck = stage.attempt(name, [""] * len(solved), outage=other)
            yield _row(name, f"{other}, untouched", Kind.NOT_ATTEMPTED, "", struck)
            answers = [source.replace(drawn, other) for source in solved]
            mended = stage.attempt(name, answers, outage=other)
            yield _row(name, f"{other}, mended", Kind.PASSED, "", mended)


def _row(name: str, case: str, expected: Kind, says: str, seen: Seen) -> Row:
    """What was seen, beside what should have been."""
    ok = seen.outcome == expected and says in seen.message
    wanted = f"{expected}: … {says} …" if says else str(expected)
    return Row(name, case, wanted, seen.outcome, seen.message, ok, seen.seconds)


def _starter(stage: Stage, name: str) -> Row:
    """A stub is "not attempted"; a faulty snippet to mend gets the message that it declares."""
    starter = stage.starter_cell()
    declared = starter["metadata"].get("cloudlab", {}) if starter else {}
    expected, says = Kind(declared.get("expect", Kind.NOT_ATTEMPTED)), declared.get("says", "")
    return _row(name, "starter", expected, says, stage.attempt(name, stage.starter()))


def _case(stage: Stage, name: str, case: Misconception) -> Row:
    seen = stage.attempt(name, stage.answer(case.source))
    stage.undo(case.undo)
    return _row(name, case.name, case.expect, case.says, seen)


def _print_row(console: Console, row: Row) -> None:
    """One line a case as it comes; below it what the learner read, and what should have been."""
    mark = "[green]✓[/]" if row.ok else "[red]✗[/]"
    console.print(f"{mark} [bold]{row.exercise}[/] · {row.case} ({row.seconds:.1f} s)")
    console.print(f"    {row.message}", markup=False, highlight=False, style="dim")
    if not row.ok:
        console.print(f"    expected: {row.expected}", markup=False, highlight=False, style="red")

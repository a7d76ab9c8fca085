"""`cloudlab rehearse SECTION`: every check, tried in every direction, in one live run.

The solved notebook is driven cell by cell. Before the first cell and after the last, no check may
pass. At each exercise its starter, every misconception, and the solution are run in its place,
then the check with the endpoint at a closed port. One table says what was expected and seen.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
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
    rows: list[Row] = []
    manifest = load_section(section)
    with own_lab(section):
        cases = rehearse_one(only, wrong_answers) if only else rehearse(manifest, wrong_answers)
        for row in cases:
            rows.append(row)
            _print_row(console, row)
    if as_json:
        print(json.dumps([asdict(row) for row in rows], indent=1, ensure_ascii=False))
    console.print(f"{sum(row.ok for row in rows)} of {len(rows)} cases came out as expected.")
    return 0 if rows and all(row.ok for row in rows) else 1


def rehearse(section: Section, wrong_answers: Path | None = None) -> Iterator[Row]:
    """One row a case, as they come."""
    rehearsed: set[str] = set()
    with Stage(section) as stage:
        stage.connect()  # without a baseline nothing is judged, and nothing could pass
        yield from _none_passes(stage, "fresh lab")
        for cell in stage.cells:
            name = checked_exercise(cell)
            if "exercise" in tags(cell):
                stage.hold(cell)
            elif name is not None and stage.holding:
                yield from _exercise(stage, name, wrong_answers)
                rehearsed.add(name)
            elif not stage.holding:  # what follows an exercise's cell is part of each attempt
                stage.play(cell)
        yield from _not_rehearsed(section, rehearsed)
        stage.clean_up()  # the notebook's own cell never does it unattended
        yield from _none_passes(stage, "after Clean up")
        stage.connect()
        yield from _none_passes(stage, "second run")
        stage.clean_up()


def rehearse_one(name: str, wrong_answers: Path | None = None) -> Iterator[Row]:
    """The cases of one exercise; what comes before it is played as it is solved."""
    section, _ = find_exercise(name)
    with Stage(section) as stage:
        for cell in stage.cells:
            checked = checked_exercise(cell)
            if "exercise" in tags(cell):
                stage.hold(cell)
            elif checked == name:
                yield from _exercise(stage, name, wrong_answers)
                break
            elif checked is not None and stage.holding:
                stage.attempt(checked, stage.solved())
                stage.release()
            elif not stage.holding:
                stage.play(cell)
        stage.clean_up()


def _none_passes(stage: Stage, case: str) -> Iterator[Row]:
    for exercise in stage.section.exercises:
        name = stage.section.full_name(exercise)
        seen = stage.check(name)
        ok = seen.outcome in EMPTY_LAB
        yield Row(name, case, "no pass", seen.outcome, seen.message, ok, seen.seconds)


def _not_rehearsed(section: Section, rehearsed: set[str]) -> Iterator[Row]:
    """An exercise that the notebook leaves out was tried in no direction."""
    for name in map(section.full_name, section.exercises):
        if name not in rehearsed:
            yield Row(name, "notebook", "a cell and its check", "none", "", ok=False)


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

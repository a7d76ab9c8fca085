"""The registry of checks, and the one function that decides whether an exercise is solved.

A section's `checks.py` registers its functions on import; the notebook's `check`, `cloudlab check`
in a shell and CI all come to `evaluate` below.
"""

from __future__ import annotations

import importlib.util
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from cloudlab.lab.errors import LabError, Unreachable, UsageError
from cloudlab.lab.faults import part_down
from cloudlab.lab.one_look import one_look
from cloudlab.lab.state import load_state
from cloudlab.learning.missing import absent, missing_for
from cloudlab.learning.outcomes import (
    Kind,
    Outcome,
    lab_fault,
    not_attempted,
    not_runnable,
    saved_not_applied,
)
from cloudlab.learning.record import Record, changing_record, load_record, memory_of
from cloudlab.learning.sections import Section, find_exercise, load_section
from cloudlab.learning.view import LabView

OutageFunction = Callable[[LabView], None]
CheckFunction = Callable[[LabView], Outcome]
WatchFunction = Callable[[LabView], dict[str, Any]]

SETTLE_PAUSE = 1.0


@dataclass(frozen=True)
class Outage:
    """Something that breaks: its symptom as users report it, and the function that breaks it."""

    symptom: str
    strike: OutageFunction


@dataclass
class Room:
    """What a section's checks.py registered."""

    checks: dict[str, CheckFunction] = field(default_factory=dict)
    outages: dict[str, Outage] = field(default_factory=dict)
    watch: WatchFunction | None = None


_rooms: dict[str, Room] = {}
_loading: list[Room] = []


def check(name: str) -> Callable[[CheckFunction], CheckFunction]:
    """Register the check of an exercise; its docstring is the exercise's goal in one sentence."""

    def register(function: CheckFunction) -> CheckFunction:
        if not (function.__doc__ or "").strip():
            raise TypeError(f"The check of {name} has no docstring: it's the exercise's goal.")
        room = _current_room()
        if name in room.checks:
            raise ValueError(f"{name} has two checks.")
        room.checks[name] = function
        return function

    return register


def watch(function: WatchFunction) -> WatchFunction:
    """Register the facts that are noted at `connect`, after every cell and before every check."""
    _current_room().watch = function
    return function


def outage(name: str, symptom: str) -> Callable[[OutageFunction], OutageFunction]:
    """Register one of the outages that `outage(section)` draws from."""

    def register(function: OutageFunction) -> OutageFunction:
        _current_room().outages[name] = Outage(symptom, function)
        return function

    return register


def _current_room() -> Room:
    if not _loading:
        raise RuntimeError("A checks.py is loaded by cloudlab.learning.checks.load_room alone.")
    return _loading[-1]


def load_room(section: str) -> Room:
    """Import the checks.py (and outages.py) of `labs/<section>` once; say what they registered."""
    if section not in _rooms:
        folder = load_section(section).room
        room = Room()
        with _registering(room):
            import_room_module(folder, "checks")
            if (folder / "outages.py").is_file():
                import_room_module(folder, "outages")
        _rooms[section] = room
    return _rooms[section]


@contextmanager
def _registering(room: Room) -> Iterator[None]:
    _loading.append(room)
    try:
        yield
    finally:
        _loading.pop()


def import_room_module(room: Path, name: str) -> None:
    """Import `checks.py` (or the package `checks/`) of a room under a name of our own.

    No folder of labs/ goes on sys.path, so that two rooms may have modules of the same name.
    """
    package = room / name / "__init__.py"
    file = package if package.is_file() else room / f"{name}.py"
    if not file.is_file():
        raise UsageError(f"{file} is missing.", "A section has one: see CONTRIBUTING.md.")
    full_name = f"labs_{room.name}_{name}"
    spec = importlib.util.spec_from_file_location(
        full_name, file, submodule_search_locations=[str(room / name)] if file is package else None
    )
    assert spec is not None, "the file is there and is Python"
    assert spec.loader is not None
    for old in [one for one in sys.modules if one.startswith(f"{full_name}.")]:
        del sys.modules[old]  # a module of the package registers its checks when it's run
    module = importlib.util.module_from_spec(spec)
    sys.modules[full_name] = module
    spec.loader.exec_module(module)


def observe(section: Section, record: Record) -> LabView:
    """Note the section's facts in its record, if they changed; returns the view that saw them.

    In a lab that does without a part, facts that ask it are left out.
    """
    view = LabView(section, record)
    facts = load_room(section.name).watch
    try:
        if facts is not None:
            record.observe(facts(view))
    except Unreachable:
        if not absent(section, load_state()):
            raise
    return view


def evaluate(name: str, waiting: Callable[[str], None] = lambda what: None) -> Outcome:
    """Decide one exercise, from the live lab.

    Looks again while the lab is still settling, for as long as the exercise `waits`, calling
    `waiting` with what it waits for. Raises `UsageError` for a name that no exercise has.
    """
    section, exercise = find_exercise(name)
    function = load_room(section.name).checks.get(section.full_name(exercise))
    if function is None:
        raise UsageError(f"{name} has no check.", f"Write it in labs/{section.name}/checks.py.")
    record = load_record(section.name)
    if record is None:
        return not_attempted(f'run connect("{section.name}") first: it notes what was there.')
    if _forgotten(section, record):
        return not_attempted(f'the lab was started anew: run connect("{section.name}") again.')
    if (lacking := missing_for(section, exercise, load_state())) is not None:
        return not_runnable(lacking.why, lacking.where)
    deadline = time.monotonic() + exercise.waits
    while True:
        outcome = _look_once(section, function)
        if outcome.kind is not Kind.SETTLING or time.monotonic() > deadline:
            return outcome
        waiting(outcome.seen)
        time.sleep(SETTLE_PAUSE)


def _forgotten(section: Section, record: Record) -> bool:
    """Whether the lab that runs isn't the one that the record tells of.

    An old story and an empty cloud prove nothing. While nothing runs, the clients tell that.
    """
    state = load_state()
    runs = any(part.need in section.parts for part in state.parts.values())
    return runs and record.memory_id != memory_of(section.parts, state)


def _look_once(section: Section, function: CheckFunction) -> Outcome:
    try:
        with lab_faults(), one_look(), changing_record(section.name) as record:
            assert record is not None, "evaluate() has seen it"
            view = observe(section, record)
            return _or_unapplied(section, view, function(view))
    except LabError as error:
        return lab_fault(error.what, error.todo)


def _or_unapplied(section: Section, view: LabView, outcome: Outcome) -> Outcome:
    """An answer that is saved and not applied isn't wrong yet."""
    if not section.applied_by or outcome.kind not in (Kind.NOT_YET, Kind.NOT_ATTEMPTED):
        return outcome
    if outcome.kind is Kind.NOT_YET and not view.applied:
        return outcome  # what was seen was made somehow, if not by a command that we know
    waiting = view.pending()
    if waiting is None or outcome.code.startswith("refused"):  # the check knows what that means
        return outcome
    return saved_not_applied(waiting.files, waiting.command, failed=waiting.failed)


@contextmanager
def lab_faults() -> Iterator[None]:
    """Turn what a client raises when the lab doesn't answer into `Unreachable`.

    Anything else comes through as it is: a wrong request is a fault of ours, to be seen.
    """
    try:
        yield
    except Exception as error:
        part = part_down(error)
        if part is None:
            raise
        raise Unreachable.part(part) from error

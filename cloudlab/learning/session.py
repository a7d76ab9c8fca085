"""`connect`: a notebook joins the lab, safely, and its story begins.

Safety comes first: the kernel's environment is made the lab's before anything else happens, so
that even with the lab down no cell reaches a real cloud.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

from cloudlab.lab.environment import apply_environment
from cloudlab.lab.errors import LabError
from cloudlab.lab.paths import paths, private_folder
from cloudlab.lab.state import LabState, load_state
from cloudlab.learning import kernel
from cloudlab.learning.cards import card, show
from cloudlab.learning.checks import lab_faults, load_room, observe
from cloudlab.learning.errors import NotConnected
from cloudlab.learning.missing import absent, missing_for, needs_of
from cloudlab.learning.ownership import baseline
from cloudlab.learning.progress import load_progress
from cloudlab.learning.record import (
    Record,
    begin_record,
    changing_record,
    load_record,
    memory_of,
)
from cloudlab.learning.sections import Section, load_section


def connect(name: str) -> None:
    """Join the lab for one section: environment, working folder, baseline; say what is real here.

    Safe to run again: the baseline stays the first one for as long as the lab remembers it.
    Raises `NotConnected` when a part that the section needs doesn't run, and `UsageError` for a
    section that doesn't exist, `Unreachable` when a part was killed.
    """
    section = load_section(name)
    state = load_state()
    apply_environment(state)
    folder = paths().work / section.name
    private_folder(folder)
    os.chdir(folder)
    kernel.join(section.name, after_cell)
    _require_parts(section, state)
    with lab_faults():
        fresh = join_record(section, state)
    _welcome(section, state, fresh)


def _require_parts(section: Section, state: LabState) -> None:
    running = {part.need for part in state.parts.values() if not part.failure}
    running |= set(absent(section, state))
    missing = [need for need in section.parts if need not in running]
    if missing:
        raise NotConnected(
            f"The lab isn't up: {section.title} needs {', '.join(missing)}.",
            f"In a terminal: cloudlab up {section.name} (or make lab-up); then run this again.",
        )
    starting = [
        part.title
        for part in state.parts.values()
        if part.need in section.parts and part.ready_seconds is None and not part.failure
    ]
    if starting:
        raise NotConnected(
            f"The lab is still starting: {', '.join(starting)}.",
            "`cloudlab status` shows how far it is; then run this again.",
        )


def join_record(section: Section, state: LabState) -> bool:
    """Go on with the record that this lab remembers, else begin one; says whether it began one."""
    memory = memory_of(section.parts, state)
    record = load_record(section.name)
    fresh = record is None or record.memory_id != memory
    load_room(section.name)
    if fresh:
        found = baseline(section, state, record)
        begin_record(Record(section=section.name, memory_id=memory, inventory=found))
    with changing_record(section.name) as current:
        assert current is not None, "it was begun above"
        observe(section, current)
    return fresh


def _welcome(section: Section, state: LabState, fresh: bool) -> None:
    backends = {part.backend for part in state.parts.values() if not part.failure}
    real = [
        f"{r.what}: {r.here} On a real cloud: {r.cloud}"
        for r in section.reality
        if backends & set(r.backends)
    ]
    title = f"Connected: {section.title} ({section.minutes} min)"
    ahead = _ahead(section) if fresh else ""
    lines = [*real, *_without(section, state), f"Your files: work/{section.name}", ahead]
    show("\n".join([title, *(f"  {line}" for line in lines if line)]), card(title, lines, "good"))


def _without(section: Section, state: LabState) -> Iterator[str]:
    """Which exercises need less than the whole lab, and which this lab can't show."""
    less = [one.title for one in section.exercises if needs_of(section, one) != section.parts]
    if less:
        yield f"Without {' and '.join(section.parts)} you can do: {_listed(less)}"
    not_here = [one.title for one in section.exercises if missing_for(section, one, state)]
    if not_here:
        yield f"Not runnable here: {_listed(not_here)} `cloudlab doctor` says why."


def _listed(titles: list[str]) -> str:
    """The titles, and a full stop where the last has no mark of its own."""
    text = ", ".join(titles)
    return text if text.endswith(("?", "!")) else f"{text}."


def _ahead(section: Section) -> str:
    """What to say when the learner has got further than this lab remembers."""
    progress = load_progress()
    names = [section.full_name(e) for e in section.exercises]
    done = [name for name in names if progress.passed(name)]
    if not done or len(done) == len(names):
        return ""
    following = next(name for name in names if not progress.passed(name))
    return (
        f"You have solved {len(done)} of {len(names)} here before, and this lab is empty: "
        f'catch_up("{following}") builds what came before.'
    )


def after_cell(section_name: str) -> None:
    """Note what the cell changed.

    A lab that doesn't answer is no reason to disturb the learner here: the next check says it.
    """
    with suppress(LabError), lab_faults(), changing_record(section_name) as record:
        if record is not None:
            observe(load_section(section_name), record)


def connected_section() -> Section:
    """The section that this kernel is connected to; `NotConnected` before any `connect`."""
    name = kernel.current_section()
    if name is None:
        raise NotConnected("No section is connected.", 'Run the cell with connect("…") first.')
    return load_section(name)


def answer(name: str, **given: Any) -> None:
    """Store answers to an exercise's question, for its check to read; dots are no answer yet.

    >>> answer("iaas.database", encrypted=False)  # doctest: +SKIP
    """
    from cloudlab.learning.sections import find_exercise

    section, _ = find_exercise(name)
    given = {key: value for key, value in given.items() if value is not ...}
    with changing_record(section.name) as record:
        if record is None:
            raise NotConnected(
                f"{section.title} isn't connected.", f'Run connect("{section.name}") first.'
            )
        record.answers.setdefault(name, {}).update(given)
    said = ", ".join(f"{key} = {value!r}" for key, value in given.items())
    said = said or "put your answer in the place of the dots."
    show(f"{name}: {said}", card(f"Your answer to {name}", [said]))

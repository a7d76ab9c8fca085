"""A three-minute outage, drawn at random, and the post-mortem made of what the lab recorded."""

from __future__ import annotations

import random
import time
from typing import Any

from cloudlab.lab.errors import UsageError
from cloudlab.learning.cards import card, show
from cloudlab.learning.checks import Outage, lab_faults, load_room, observe
from cloudlab.learning.errors import NotConnected
from cloudlab.learning.record import Observation, Record, changing_record
from cloudlab.learning.record import Outage as DrawnOutage
from cloudlab.learning.sections import Section, load_section
from cloudlab.learning.view import LabView


def outage(section_name: str, name: str | None = None) -> None:
    """Break something, chosen at random (or by name), and report what users see.

    One outage at a time: while one is under way its report is shown again.
    """
    section = load_section(section_name)
    offered = load_room(section_name).outages
    if name is not None and name not in offered:
        raise UsageError(f"There is no outage {name!r}.", f"There are {', '.join(offered)}.")
    if not offered:
        raise UsageError(f"{section.title} has no outage.", "Go on with the next section.")
    with lab_faults(), changing_record(section_name) as record:
        if record is None:
            raise NotConnected(
                f"{section.title} isn't connected.", f'Run connect("{section_name}") first.'
            )
        if record.outage is None or record.outage.over:
            _strike(section, record, name or random.choice(sorted(offered)), offered)
        assert record.outage is not None, "it was drawn above, or is under way"
        drawn = record.outage.name
    _report(offered[drawn], sorted(offered))


def _strike(section: Section, record: Record, name: str, offered: dict[str, Outage]) -> None:
    observe(section, record)
    record.outage = DrawnOutage(name=name, started=time.time())
    offered[name].strike(LabView(section, record))
    observe(section, record)


def _report(struck: Outage, causes: list[str]) -> None:
    todo = "The cause is one of: " + ", ".join(causes) + "."
    text = f"Pager: {struck.symptom}"
    show(f"{text}\n{todo}", card(text, [todo], "fault"))


def post_mortem(section_name: str) -> None:
    """Show what happened since the outage began: every change in the lab, every command.

    With it the outage is over: the next `outage(…)` draws another one.
    """
    with changing_record(section_name) as record:
        if record is None or record.outage is None:
            raise UsageError("There was no outage yet.", f'outage("{section_name}") draws one.')
        record.outage.over = True
    began = record.outage.started
    lines = []
    events = [*_changes(record, began), *_commands(record, began)]
    lines += [f"{_clock(at - began)} {what}" for at, what in sorted(events)]
    lines.append("Write below: why could this happen, and what would have told you sooner?")
    show("\n".join(["Post-mortem", *lines]), card("Post-mortem", lines))


def _changes(record: Record, since: float) -> list[tuple[float, str]]:
    events: list[tuple[float, str]] = []
    before: Observation | None = None
    for observation in record.observations:
        if before is not None and observation.at >= since:
            events += [
                (observation.at, f"{fact}: {_difference(before.facts.get(fact), value)}")
                for fact, value in observation.facts.items()
                if before.facts.get(fact) != value
            ]
        before = observation
    return events


def _commands(record: Record, since: float) -> list[tuple[float, str]]:
    return [
        (c.started, f"you ran: {c.line} (exit code {c.exit_code})")
        for c in record.commands
        if c.started >= since
    ]


def _difference(before: Any, after: Any) -> str:
    """What went and what came, for lists; the two values for anything else."""
    if not (isinstance(before, list) and isinstance(after, list)):
        return f"{before} → {after}"
    gone = [f"−{one}" for one in before if one not in after]
    come = [f"+{one}" for one in after if one not in before]
    return " ".join([*gone, *come])


def _clock(seconds: float) -> str:
    return f"{int(seconds) // 60}:{int(seconds) % 60:02d}"

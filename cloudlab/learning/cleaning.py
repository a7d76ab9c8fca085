"""Leaving the lab as it was found: what is left over, and cleaning it up."""

from __future__ import annotations

from cloudlab.lab.errors import UsageError
from cloudlab.lab.inventory import Inventory
from cloudlab.lab.state import LabState, load_state
from cloudlab.lab.sweep import sweep
from cloudlab.learning import kernel
from cloudlab.learning.cards import card, show
from cloudlab.learning.checks import lab_faults
from cloudlab.learning.errors import NotConnected
from cloudlab.learning.files import set_aside
from cloudlab.learning.loads import stop_loads
from cloudlab.learning.ownership import made_by
from cloudlab.learning.record import forget_record, load_record
from cloudlab.learning.sections import Section, load_section

RUN_ALL_SECONDS = 1.0


def leftovers(section_name: str | None = None) -> Inventory:
    """What the lab holds now and didn't hold at `connect`: kind → ids; empty when nothing is left.

    Raises `NotConnected` for a section that isn't connected: there is no baseline then.
    """
    name = section_name or kernel.current_section()
    record = load_record(name) if name else None
    if record is None:
        raise NotConnected("No section is connected.", 'Run the cell with connect("…") first.')
    with lab_faults():
        return made_by(record)


def clean_up(section_name: str, *, unattended: bool = False) -> None:
    """Remove everything that the section made, and move its files to `previous/`.

    Run All never cleans up: the cell has to be run by itself. `unattended` is for CI, where
    nobody sits at the keyboard.
    """
    section = load_section(section_name)
    if not unattended and kernel.current_section() is None:  # so no cell was timed yet
        raise NotConnected("This kernel is new.", f'Run connect("{section_name}") first.')
    if not unattended and kernel.seconds_before_this_cell() < RUN_ALL_SECONDS:
        ask = "Run this cell by itself to clean up. Nothing was removed."
        show(ask, card(ask, [f"It removes what {section.title} made in the lab."]))
        return
    _refuse_what_was_brought(section, load_state())
    if load_record(section_name) is None:
        _say("There is nothing to clean up: the section isn't connected.", "")
        return
    if "kubernetes" in section.parts:
        stop_loads()
    with lab_faults():
        removed = sweep(section.parts, leftovers(section_name))
    kept = set_aside(section)
    forget_record(section_name)
    aside = f"Your files are in work/{section_name}/previous." if kept else ""
    _say(f"The lab is as you found it: {removed} removed.", aside)


def _refuse_what_was_brought(section: Section, state: LabState) -> None:
    """A cloud of the learner's own isn't swept: a `UsageError` says so.

    What can be swept is a cluster: `made_by` tells there what bears the section's label.
    """
    swept = {"kubernetes"}
    for part in state.parts.values():
        if part.backend == "external" and part.need in section.parts and part.need not in swept:
            raise UsageError(
                "This lab is an endpoint that you brought: nothing is removed from it wholesale.",
                "Run the section's own clean-up command, such as terraform destroy.",
            )


def _say(text: str, more: str) -> None:
    show(f"{text} {more}".strip(), card(text, [more], "good"))

"""Whose is it? Two sections may be open in one lab, and neither cleans up what the other made.

A section's things carry its name: as a tag or label, or as a prefix of their own name. What nobody
claims is the leftover of who asks, unless the backend is used by others, too.
"""

from __future__ import annotations

from cloudlab.lab.holdings import Holdings, Inventory, Label, Thing, holdings_of
from cloudlab.lab.inventory import beyond, inventory
from cloudlab.lab.state import LabState, load_state
from cloudlab.learning.missing import at_hand
from cloudlab.learning.record import Record, connected_sections
from cloudlab.learning.sections import Section, load_section


def made_by(record: Record) -> Inventory:
    """What the lab holds beyond what was there when the section was joined, and is not another's.

    Errors of the clients are raised as they come.
    """
    needs = at_hand(load_section(record.section), load_state())
    found = beyond(record.inventory, inventory(needs))
    others = [name for name in connected_sections() if name != record.section]
    for holdings in holdings_of(needs):
        found |= _own(holdings, found, record.section, others)
    return {kind: ids for kind, ids in found.items() if ids}


def baseline(section: Section, state: LabState, earlier: Record | None) -> Inventory:
    """What is there before the section begins (anew): all but what an earlier story of it made.

    Some of that may have outlived the lab, such as the images of an engine that isn't the lab's.
    """
    found = inventory(at_hand(section, state))
    if earlier is None:
        return found
    left = beyond(earlier.inventory, found)
    for holdings in holdings_of(at_hand(section, state)):
        if holdings.shared():  # elsewhere nothing outlives the lab, or the story does, too
            mine = _own(holdings, left, section.name, [])
            found |= {kind: sorted(set(found[kind]) - set(ids)) for kind, ids in mine.items()}
    return {kind: ids for kind, ids in found.items() if ids}


def _own(holdings: Holdings, found: Inventory, section: str, others: list[str]) -> Inventory:
    """Of this backend's kinds, what belongs to nobody but the section; a kind may be empty."""
    held = {kind: ids for kind, ids in found.items() if kind in holdings.kinds}
    shared = bool(held) and holdings.shared()
    if not held or not (others or shared):
        return held
    labels = holdings.labels(held)

    def is_own(thing: Thing) -> bool:
        label = labels.get(thing, Label("", ""))
        if shared:
            return label.is_of(section)
        return not any(label.is_of(name) for name in others)

    return {kind: [one for one in ids if is_own(Thing(kind, one))] for kind, ids in held.items()}

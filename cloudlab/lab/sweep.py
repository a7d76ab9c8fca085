"""Removing what a section left: the lab's own broom, for the kinds that `inventory` knows.

Kinds are swept in the order in which their backend lets go of them (machines before networks). A
thing that another one still holds is tried again in the next round.
"""

from __future__ import annotations

from collections.abc import Iterable

from cloudlab.lab.errors import LabError
from cloudlab.lab.holdings import Holdings, Inventory, Thing, holdings_of

ROUNDS = 5


class NotSwept(LabError):
    """Something that the lab holds couldn't be removed."""


def sweep(needs: Iterable[str], found: Inventory) -> int:
    """Remove all that is listed of these needs' kinds; returns how many things that was.

    Raises `NotSwept`, which names what stays and why.
    """
    total, stays = 0, dict[Thing, str]()
    for holdings in holdings_of(needs):
        things = [Thing(kind, id_) for kind in holdings.kinds for id_ in found.get(kind, [])]
        total += len(things)
        stays |= _stubborn(holdings, things)
    if stays:
        named = "; ".join(f"{one.kind} {one.id} ({why})" for one, why in stays.items())
        raise NotSwept(f"These can't be removed: {named}.", "`cloudlab reset` empties the lab.")
    return total


def _stubborn(holdings: Holdings, things: list[Thing]) -> dict[Thing, str]:
    """Remove these; those that stay after the last round, and why."""
    refused: dict[Thing, str] = {}
    for _ in range(ROUNDS):
        refused = holdings.remove(things) if things else {}
        things = list(refused)
    return refused

"""What the lab holds that a learner can make: the measure of "leaves the lab as it found it"."""

from __future__ import annotations

from collections.abc import Iterable

from cloudlab.lab.holdings import Inventory, holdings_of

__all__ = ["Inventory", "beyond", "inventory"]


def inventory(needs: Iterable[str]) -> Inventory:
    """What the backends of these needs hold; no other is asked.

    What a fresh lab holds (a default network) is in it too: compare two inventories. Errors of
    the clients are raised as they come.
    """
    found: Inventory = {}
    for holdings in holdings_of(needs):
        found |= holdings.inventory()
    return found


def beyond(before: Inventory, now: Inventory) -> Inventory:
    """What is in `now` and not in `before`, without the kinds of which there is nothing."""
    more = {kind: sorted(set(ids) - set(before.get(kind, []))) for kind, ids in now.items()}
    return {kind: ids for kind, ids in more.items() if ids}

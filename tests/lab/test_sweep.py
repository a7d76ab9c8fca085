"""The lab's broom: all goes in the backend's order, and what can't go is named."""

from __future__ import annotations

import pytest

from cloudlab.lab import sweep as module
from cloudlab.lab.holdings import Holdings, Thing
from cloudlab.lab.sweep import NotSwept, sweep


class Cloud:
    """Lets go of a thing only after so many tries, or never."""

    def __init__(self, tries: dict[str, float], monkeypatch: pytest.MonkeyPatch) -> None:
        self.tries, self.removed = dict(tries), list[str]()
        kinds = ("machine", "network")
        here = Holdings(kinds, lambda: {}, lambda found: {}, self.remove)
        monkeypatch.setattr(module, "holdings_of", lambda needs: [here] if list(needs) else [])

    def remove(self, things: list[Thing]) -> dict[Thing, str]:
        for one in things:
            self.tries[one.id] -= 1
        held = {one: "it is in use" for one in things if self.tries[one.id] > 0}
        self.removed += [one.id for one in things if one not in held]
        return held


def test_what_is_still_held_is_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    cloud = Cloud({"n": 2, "m": 1}, monkeypatch)
    assert sweep(["any"], {"network": ["n"], "machine": ["m"]}) == 2
    assert cloud.removed == ["m", "n"]


def test_what_cannot_be_removed_is_named_with_the_reason_and_the_rest_goes(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    cloud = Cloud({"n": 99, "n2": 1, "m": 99}, monkeypatch)
    with pytest.raises(NotSwept) as refusal:
        sweep(["any"], {"network": ["n", "n2"], "machine": ["m"]})
    for word in ("machine m", "network n", "it is in use"):
        assert word in refusal.value.what
    assert "cloudlab reset" in refusal.value.todo
    assert cloud.removed == ["n2"]


def test_kinds_of_other_needs_are_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    cloud = Cloud({}, monkeypatch)
    assert sweep(["any"], {"bucket": ["b"]}) == 0
    assert sweep([], {"network": ["n"]}) == 0
    assert cloud.removed == []

"""Inventories: of the needs that are asked for, and no other; two are compared."""

from __future__ import annotations

import pytest

from cloudlab.lab import inventory as module
from cloudlab.lab.holdings import Holdings
from cloudlab.lab.inventory import beyond, inventory


def holding(kind: str) -> Holdings:
    return Holdings((kind,), lambda: {kind: ["a"]}, lambda found: {}, lambda things: {})


def test_only_the_backends_of_these_needs_are_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[list[str]] = []

    def holdings_of(needs: list[str]) -> list[Holdings]:
        asked.append(needs)
        return [holding(need) for need in needs]

    monkeypatch.setattr(module, "holdings_of", holdings_of)
    assert inventory(["one", "other"]) == {"one": ["a"], "other": ["a"]}
    assert inventory([]) == {}
    assert asked == [["one", "other"], []]


def test_what_was_there_before_is_not_beyond() -> None:
    before = {"vpc": ["default"], "bucket": ["old"]}
    now = {"vpc": ["default", "new"], "queue": ["b", "a"], "bucket": []}
    assert beyond(before, now) == {"vpc": ["new"], "queue": ["a", "b"]}

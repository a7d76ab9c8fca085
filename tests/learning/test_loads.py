"""`load` and `measure_scale` pass on what they're told, and clean_up ends what was put on."""

from __future__ import annotations

from typing import Any

import pytest

from cloudlab.lab.cluster import load as loads
from cloudlab.lab.cluster import scale
from cloudlab.lab.errors import LabDown
from cloudlab.lab.state import LabState, PartState
from cloudlab.learning import loads as learned
from cloudlab.learning.loads import load, measure_scale, stop_loads


def test_work_is_put_on_and_taken_away(monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[Any] = []
    monkeypatch.setattr(loads, "load", lambda *words: told.append(words))
    monkeypatch.setattr(loads, "stop_all", lambda: told.append("stopped"))
    load("shop", "app=web", 600)
    stop_loads()
    assert told == [("shop", "app=web", 600), "stopped"]


def test_a_measure_says_how_far_it_is(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def measure(nodes: int, pods: int, *, limited: bool, say: Any) -> Any:
        say("1 of 20 pods")
        return scale.Scale(limited, nodes, pods)

    monkeypatch.setattr(scale, "measure", measure)
    part = PartState("kubernetes", "Kubernetes", "kwok", "simulated")
    monkeypatch.setattr(learned, "load_state", lambda: LabState({part.name: part}))
    found = measure_scale(10, 20, limited=False)
    assert (found.nodes, found.pods, found.limited) == (10, 20, False)
    said = capsys.readouterr().out
    assert "1 of 20 pods" in said
    assert said.endswith("\n")


def test_without_a_cluster_of_the_labs_nothing_is_fetched_for_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(learned, "load_state", LabState)
    monkeypatch.setattr(scale, "measure", lambda *words, **more: pytest.fail("it was measured"))
    with pytest.raises(LabDown):
        measure_scale(10, 20)

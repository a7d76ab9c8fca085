"""Starting parts bare, and which checks are timed; the numbers come from `make bench`."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from cloudlab.authoring.bench import aws as bench
from cloudlab.lab import processes
from cloudlab.lab.spawning import spawn
from cloudlab.lab.state import PartState
from cloudlab.learning.sections import load_section, section_names


def test_the_import_is_quick_and_measured_in_another_process() -> None:
    assert 0 < bench.import_seconds() < 5


class Sleeper:
    """A part that answers once it was asked so many times, or ends before."""

    name = "aws"

    def __init__(self, code: str) -> None:
        self.code = code

    def start(self, context: Any) -> PartState:
        from cloudlab.lab.paths import paths

        log = paths().log("sleeper")
        identity = spawn("aws", [sys.executable, "-c", self.code], os.environ, log=log)
        return replace(PartState("aws", "", "sleeper", "real"), processes=[identity], log=log)


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch, checkout: Any) -> Iterator[list[str]]:
    """The parts that were asked whether they're ready; each says yes the second time."""
    names: list[str] = []
    monkeypatch.setattr(
        bench.readiness, "ready", lambda state: names.append(state.name) or len(names) > 1
    )
    yield names
    assert processes.marked() == [], "a bare part was left running"


def test_a_part_is_started_bare_asked_until_it_answers_and_stopped(asked: list[str]) -> None:
    took = bench.bare_start(Sleeper("import time; time.sleep(60)"))  # type: ignore[arg-type]
    assert bench.POLL_SECONDS <= took < 10
    assert asked == ["aws", "aws"]


def test_a_part_that_ends_is_no_measure(asked: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bench.readiness, "ready", lambda state: False)
    with pytest.raises(RuntimeError, match=r"sleeper\.log"):
        bench.bare_start(Sleeper("raise SystemExit"))  # type: ignore[arg-type]


def test_every_exercise_is_timed_unless_its_check_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    measured = {section.name for section in bench.measured()}
    assert measured < set(section_names())
    assert all(set(load_section(name).parts) == {"aws"} for name in bench.names())
    assert {name.partition(".")[0] for name in bench.exercises()} == measured

    def evaluate(name: str, waiting: Any) -> None:
        if name == "slow":
            waiting("the database is being made")

    monkeypatch.setattr(bench, "evaluate", evaluate)
    assert bench.waits("slow")
    assert not bench.waits("quick")


@pytest.mark.lab
def test_the_network_that_checks_look_at_is_the_sections(lab: Any) -> None:
    from cloudlab.lab import aws
    from cloudlab.lab.inventory import beyond, inventory
    from cloudlab.lab.sweep import sweep
    from cloudlab.learning.network import read_network

    section, before = bench.measured()[-1], inventory(["aws"])
    try:
        bench.make_network(section)
        network = read_network(aws.client, tags=section.tag)
        assert len(network.subnets) == 4
        assert sum(subnet.associated for subnet in network.subnets) == 2
    finally:
        sweep(["aws"], beyond(before, inventory(["aws"])))

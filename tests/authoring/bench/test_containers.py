"""When containers are measured, and what is left out; the numbers come from `make bench`."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from cloudlab.authoring.application import CannotBuild
from cloudlab.authoring.bench import containers
from cloudlab.authoring.bench.measures import LeftOut, Measure
from cloudlab.lab.engine.engines import Engine


class App:
    """A stack that takes no time."""

    def __init__(self) -> None:
        self.done: list[str] = []
        self.error: Exception | None = None

    def build(self) -> None:
        if self.error:
            raise self.error
        self.done.append("build")

    def up(self) -> None:
        self.done.append("up")

    def down(self) -> None:
        self.done.append("down")


@pytest.fixture
def app(monkeypatch: pytest.MonkeyPatch) -> App:
    found = App()

    @contextmanager
    def given(*sections: str) -> Iterator[App]:
        yield found

    monkeypatch.setattr(containers, "own_lab", given)
    monkeypatch.setattr(containers.Stack, "own", given)
    monkeypatch.setattr(containers.sizes, "measures", lambda app: iter([Measure("size", 1, "×")]))
    monkeypatch.setattr(containers.discovery, "measures", lambda: iter([Measure("calls", 1, "×")]))
    return found


def engine(
    monkeypatch: pytest.MonkeyPatch,
    answers: bool,
    possible: bool,
    daemon: bool,
    in_use: bool = False,
) -> None:
    """An engine that answers or could be started, and whether a section has something there."""
    there = Engine("unix:///engine.sock", "1", "Docker Engine") if answers else None
    monkeypatch.delenv("LAB_CONTAINERS", raising=False)
    monkeypatch.setattr(
        containers.section_things, "there", lambda sections: ["containers"] * in_use
    )
    monkeypatch.setattr(containers.engines, "find", lambda: there)
    monkeypatch.setattr(containers.own_engine, "possible", lambda: possible)
    monkeypatch.setattr(containers.shutil, "which", lambda name: name if daemon else None)


def test_it_is_built_once_and_brought_up_from_nothing_each_time(app: App) -> None:
    first, last = containers.application()
    assert app.done == ["build", *(["up", "down"] * containers.UPS)]
    assert isinstance(first, Measure)
    assert first.bound is None
    assert last == Measure("size", 1, "×")


def test_what_cannot_be_built_is_left_out(app: App) -> None:
    app.error = CannotBuild("no network")
    [found] = containers.application()
    assert isinstance(found, LeftOut)
    assert found.holds
    assert "no network" in found.why
    assert app.done == []


@pytest.mark.parametrize(
    ("answers", "possible", "daemon", "measured"),
    [(True, False, False, True), (False, True, True, True), (False, True, False, False),
     (False, False, True, False)],
)  # fmt: skip
def test_an_engine_must_answer_or_be_installed(
    monkeypatch: pytest.MonkeyPatch, answers: bool, possible: bool, daemon: bool, measured: bool
) -> None:
    engine(monkeypatch, answers, possible, daemon)
    assert (containers.without_engine() is None) is measured


def test_a_learners_containers_are_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """The end of the bench's own lab would remove them: both are the same section's."""
    engine(monkeypatch, True, False, False, in_use=True)
    assert "make lab-down" in str(containers.without_engine())


def test_no_engine_is_asked_for_where_none_is_wanted(monkeypatch: pytest.MonkeyPatch) -> None:
    engine(monkeypatch, True, True, True)
    monkeypatch.setenv("LAB_CONTAINERS", "none")
    assert containers.without_engine() == "LAB_CONTAINERS=none"


def test_discovery_needs_no_engine(monkeypatch: pytest.MonkeyPatch, app: App) -> None:
    monkeypatch.setattr(containers, "without_engine", lambda: "no container engine answers")
    found: list[Any] = list(containers.measures())
    assert [one.what for one in found] == ["calls", "the application in containers"]
    assert found[-1].line.endswith("left out, no container engine answers")

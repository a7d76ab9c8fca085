"""Turns in one lab: the verdict is the worst of all, and what stays in the lab is named."""

from __future__ import annotations

import subprocess
import sys
from contextlib import contextmanager

import pytest

from cloudlab.authoring import turns
from cloudlab.authoring.rehearse import Row
from cloudlab.lab.errors import UsageError
from cloudlab.learning.sections import load_section


@pytest.fixture
def start():
    return load_section("start")


def holding(monkeypatch: pytest.MonkeyPatch, *inventories: dict[str, list[str]]) -> None:
    """The lab holds one after the other of these."""
    looks = iter(inventories)
    monkeypatch.setattr(turns, "inventory", lambda parts: next(looks))


def test_a_lab_that_is_as_it_was_is_no_fault(monkeypatch, start):
    holding(monkeypatch, {"vpc": ["a"]}, {"vpc": ["a"]})
    with turns.leaving_nothing(start):
        pass


def test_what_stays_and_what_is_gone_is_named(monkeypatch, start):
    holding(monkeypatch, {"vpc": ["a"]}, {"bucket": ["b"]})
    with (
        pytest.raises(AssertionError, match=r"left behind: .*'b'.*gone: .*'a'"),
        turns.leaving_nothing(start),
    ):
        pass


@contextmanager
def no_lab(section):
    yield


def test_a_turn_that_failed_is_not_hidden_by_one_that_passed(monkeypatch):
    codes = iter([1, 0])
    monkeypatch.setattr(turns, "own_lab", no_lab)
    monkeypatch.setattr(turns, "take", lambda section, turn: next(codes))
    assert turns.main("start", "nbval", "nbval") == 1


@pytest.mark.parametrize(
    ("turn", "only"),
    [("rehearse", None), ("slice,bucket", ["start.slice", "start.bucket"])],
    ids=["all", "named"],
)
def test_a_turn_rehearses_what_it_names(monkeypatch, start, turn, only):
    asked = []

    def rows(section, only):
        asked.append((section.name, only))
        yield Row("start.slice", "solution", "passed", "not yet", "✗ no.", ok=False)

    holding(monkeypatch, {}, {})
    monkeypatch.setattr(turns.rehearse, "rehearse", rows)
    assert turns.take(start, turn) == 1
    assert asked == [("start", only)]


def test_an_exercise_that_is_not_there_is_named(monkeypatch, start):
    holding(monkeypatch, {}, {})
    with pytest.raises(UsageError, match=r"no exercise start\.moon"):
        turns.take(start, "slice,moon")


def test_a_run_is_nbval_on_the_solved_notebook(monkeypatch, start):
    ran = []

    def record(words, **how):
        ran.append(words)
        return subprocess.CompletedProcess(words, 5)

    holding(monkeypatch, {}, {})
    monkeypatch.setattr(subprocess, "run", record)
    assert turns.run(start) == 5
    assert ran[0][0] == sys.executable
    assert "--nbval-lax" in ran[0]
    assert ran[0][-1].endswith("solutions/00-start-here.ipynb")

"""The second run: its verdict is the worse of both, and what stays in the lab is named."""

from __future__ import annotations

import subprocess
import sys
from contextlib import contextmanager

import pytest

from cloudlab.authoring import twice
from cloudlab.learning.sections import load_section


@pytest.fixture
def start():
    return load_section("start")


def holding(monkeypatch: pytest.MonkeyPatch, *inventories: dict[str, list[str]]) -> None:
    """The lab holds one after the other of these."""
    looks = iter(inventories)
    monkeypatch.setattr(twice, "inventory", lambda parts: next(looks))


def test_a_lab_that_is_as_it_was_is_no_fault(monkeypatch, start):
    holding(monkeypatch, {"vpc": ["a"]}, {"vpc": ["a"]})
    with twice.leaving_nothing(start):
        pass


def test_what_stays_and_what_is_gone_is_named(monkeypatch, start):
    holding(monkeypatch, {"vpc": ["a"]}, {"bucket": ["b"]})
    with (
        pytest.raises(AssertionError, match=r"left behind: .*'b'.*gone: .*'a'"),
        twice.leaving_nothing(start),
    ):
        pass


def test_a_run_that_failed_is_not_hidden_by_one_that_passed(monkeypatch):
    codes = iter([1, 0])

    @contextmanager
    def no_lab(section):
        yield

    monkeypatch.setattr(twice, "own_lab", no_lab)
    monkeypatch.setattr(twice, "run", lambda section: next(codes))
    assert twice.main("start") == 1


def test_a_run_is_nbval_on_the_solved_notebook(monkeypatch, start):
    ran = []

    def record(words, **how):
        ran.append(words)
        return subprocess.CompletedProcess(words, 5)

    holding(monkeypatch, {}, {})
    monkeypatch.setattr(subprocess, "run", record)
    assert twice.run(start) == 5
    assert ran[0][0] == sys.executable
    assert "--nbval-lax" in ran[0]
    assert ran[0][-1].endswith("solutions/00-start-here.ipynb")

"""The benchmark's arithmetic and its verdict; what it measures is measured by `make bench`."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from typing import Any

import pytest

from cloudlab.authoring.bench import measures
from cloudlab.authoring.bench.measures import Found, LeftOut, Measure, attempted
from cloudlab.lab.errors import PartFailed, ToolMissing


def test_a_measure_holds_up_to_its_bound() -> None:
    assert Measure("m", 1.2, "×", 1.2).holds
    assert not Measure("m", 1.21, "×", 1.2).holds
    assert Measure("m", 1e9, "ms").holds


def test_the_verdict_is_the_exit_code(capsys: pytest.CaptureFixture[str]) -> None:
    fine, told, broken = Measure("a", 1, "s", 2), Measure("b", 9, "s"), Measure("c", 3, "s", 2)
    assert measures.report(iter([fine, told])) == 0
    assert measures.report(iter([fine, broken])) == 1
    lines = [line.split() for line in capsys.readouterr().out.splitlines()]
    assert ["a", "1.00", "s", "≤", "2", "s", "holds"] in lines
    assert ["b", "9.00", "s", "–"] in lines
    assert ["c", "3.00", "s", "≤", "2", "s", "BROKEN"] in lines


def test_what_is_left_out_is_said_and_breaks_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    assert measures.report(iter([LeftOut("kind", "no node image")])) == 0
    assert measures.report(iter([LeftOut("kind", "it fell", failed=True)])) == 1
    said = capsys.readouterr().out.splitlines()
    assert "kind: left out, no node image" in said
    assert "kind: FAILED, it fell" in said


@pytest.mark.parametrize(
    "error",
    [PartFailed("it fell", "mend it"), RuntimeError("it fell"), OSError("it fell"),
     subprocess.TimeoutExpired("it fell", 1)],
)  # fmt: skip
def test_what_goes_wrong_ends_one_thing_and_keeps_what_was_measured(error: Exception) -> None:
    def measured() -> Iterator[Found]:
        yield Measure("a", 1, "s")
        raise error

    first, second = attempted("it", measured)
    assert first == Measure("a", 1, "s")
    assert isinstance(second, LeftOut)
    assert second.failed
    assert "it fell" in second.line


def test_what_this_machine_has_no_program_for_is_left_out() -> None:
    def measured() -> Iterator[Found]:
        raise ToolMissing("no etcd can be had", "install it")
        yield

    [found] = attempted("it", measured)
    assert found == LeftOut("it", "no etcd can be had → install it")
    assert found.holds


def test_a_fault_of_its_own_is_not_swallowed() -> None:
    def measured() -> Iterator[Found]:
        yield Measure("a", 1, "s")
        raise KeyError("typo")

    with pytest.raises(KeyError):
        list(attempted("it", measured))


@pytest.mark.parametrize(("load", "said"), [(0.0, False), (9e9, True)])
def test_a_machine_that_was_busy_is_said(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], load: float, said: bool
) -> None:
    """What it was before: the load of the measurement itself doesn't count."""
    monkeypatch.setattr(os, "getloadavg", lambda: (load, load, load))

    def measured() -> Iterator[Found]:
        monkeypatch.setattr(os, "getloadavg", lambda: (9e9, 9e9, 9e9))
        yield Measure("a", 1, "s")

    measures.report(measured())
    assert ("busy" in capsys.readouterr().out) is said


def test_the_percentile_is_a_value_that_was_found() -> None:
    values = [float(number) for number in range(100, 0, -1)]
    assert measures.percentile(values, 95) == 95
    assert measures.percentile([7.0], 95) == 7
    assert measures.percentile([1.0, 2.0], 50) == 1


def test_a_setting_is_put_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LAB_KUBERNETES", "kwok")
    with measures.setting("LAB_KUBERNETES", "kind"):
        assert os.environ["LAB_KUBERNETES"] == "kind"
    assert os.environ["LAB_KUBERNETES"] == "kwok"
    monkeypatch.delenv("LAB_KUBERNETES")
    with measures.setting("LAB_KUBERNETES", "kind"):
        pass
    assert "LAB_KUBERNETES" not in os.environ


def test_a_command_that_fails_is_no_measure(monkeypatch: pytest.MonkeyPatch) -> None:
    codes = [0, 1]

    def run(words: list[Any], **how: Any) -> subprocess.CompletedProcess[str]:
        assert words[1:] == ["up", "x"]
        return subprocess.CompletedProcess(words, codes.pop(0), "", "it says why")

    monkeypatch.setattr(measures.subprocess, "run", run)
    measures.command("up", "x")
    with pytest.raises(RuntimeError, match="cloudlab up x: it says why"):
        measures.command("up", "x")


@pytest.mark.parametrize(("here", "bound"), [(None, None), (2, None), (4, 1.2), (16, 1.2)])
def test_a_bound_for_many_cores_is_not_judged_on_few(
    here: int | None, bound: float | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "cpu_count", lambda: here)
    assert measures.on(4, 1.2) == bound

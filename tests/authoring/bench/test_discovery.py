"""What Go's benchmark prints, read; without Go or its modules it's left out."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Any

import pytest

from cloudlab.authoring import application
from cloudlab.authoring.bench import discovery
from cloudlab.authoring.bench.measures import LeftOut, Measure

SAID = """\
goos: linux
BenchmarkBare-2       \t  18783\t  53239 ns/op\t   20000 calls/s
BenchmarkLookup-2     \t  12988\t  76993 ns/op\t   15000 calls/s
BenchmarkLookup-2     \t     10\t  99999 ns/op\t       1 calls/s
BenchmarkLookup-2     \t  99999\t  10000 ns/op\t   99999 calls/s
BenchmarkRegister     \t  10143\t  98590 ns/op\t   1.0e+04 calls/s
PASS
"""


@pytest.fixture
def go(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """What `go` does: its code and what it prints."""
    does: dict[str, Any] = {"path": Path("/go"), "code": 0, "said": SAID}

    def run(argv: list[str], **how: Any) -> subprocess.CompletedProcess[str]:
        if does["code"] is None:
            raise subprocess.TimeoutExpired(argv, 1)
        return subprocess.CompletedProcess(argv, does["code"], does["said"], "no such host")

    monkeypatch.setattr(discovery.toolchain, "on_path", lambda at_least: does["path"])
    monkeypatch.setattr(discovery.subprocess, "run", run)
    return does


def test_calls_are_told_as_a_share_of_the_bare_handlers(go: dict[str, Any]) -> None:
    found = [one for one in discovery.measures() if isinstance(one, Measure)]
    assert [one.found for one in found] == [20000, 15000, 0.75, 10000, 0.5]
    assert all(one.bound is None for one in found)


@pytest.mark.parametrize(
    ("broken", "why"),
    [
        ({"path": None}, "no Go"),
        ({"code": 1}, "no such host"),
        ({"code": None}, "no end"),
        ({"said": SAID.replace("Lookup", "Other")}, "nothing of Lookup"),
    ],
)
def test_it_is_left_out_where_it_cannot_be_run(
    go: dict[str, Any], broken: dict[str, Any], why: str
) -> None:
    go.update(broken)
    [found] = discovery.measures()
    assert isinstance(found, LeftOut)
    assert why in found.why


def test_the_go_that_it_needs_is_the_services_own() -> None:
    assert discovery.toolchain.wanted(application.sources() / "discovery") >= (1, 26, 0)


def test_the_benchmark_measures_what_is_read() -> None:
    text = (application.sources() / "discovery" / "benchmark_test.go").read_text()
    assert all(f"func Benchmark{name}(" in text for name in (discovery.BARE, *discovery.CALLS))
    assert "services = 10_000" in text

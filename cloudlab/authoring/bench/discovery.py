"""The discovery service, 10,000 services in it, against a bare handler of Go's net/http.

Both are measured in one run, by the benchmark that stands beside the service.
"""

from __future__ import annotations

import os
import re
import statistics
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path

from cloudlab.authoring import application
from cloudlab.authoring.bench.measures import Found, LeftOut, Measure
from cloudlab.lab.tools import toolchain

#: One run may meet a busy moment: the median of some is told.
TIME, RUNS, LIMIT_SECONDS = "1s", 5, 900
#: A line of the benchmark's: `BenchmarkLookup-2  123456  23456 ns/op  42632 calls/s`.
LINE = re.compile(r"^Benchmark(\w+?)(?:-\d+)?\s.*?([\d.e+]+) calls/s", re.MULTILINE)
BARE = "Bare"
CALLS = ("Lookup", "Register")


def measures() -> Iterator[Found]:
    """Calls a second of each kind, and their share of the bare handler's."""
    folder = application.sources() / "discovery"
    go = toolchain.on_path(toolchain.wanted(folder))
    if go is None:
        yield LeftOut("discovery", "no Go that is new enough is on PATH")
        return
    try:
        rates = parsed(benchmark(go, folder))
    except CannotRun as error:
        yield LeftOut("discovery", f"its benchmark can't be run: {error}")
        return
    yield Measure("a bare net/http handler", rates[BARE], "calls/s")
    for name in CALLS:
        yield Measure(f"discovery: {name.lower()}, 10,000 services", rates[name], "calls/s")
        yield Measure(f"{name.lower()} / the bare handler", rates[name] / rates[BARE], "×")


class CannotRun(Exception):
    """The benchmark's modules can't be had here, or it failed."""


def benchmark(go: Path, folder: Path) -> str:
    """What the benchmark prints; its modules are fetched where they aren't here."""
    runs = ["-bench", ".", "-benchtime", TIME, "-count", str(RUNS)]
    argv = [str(go), "test", "-run", "^$", *runs]
    env = {**os.environ, "GOTOOLCHAIN": "local", "GOFLAGS": "-mod=readonly"}
    try:
        done = subprocess.run(
            argv,
            cwd=folder,
            env=env,
            capture_output=True,
            text=True,
            timeout=LIMIT_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise CannotRun(f"no end within {LIMIT_SECONDS} s") from error
    if done.returncode:
        raise CannotRun((done.stderr.strip() or done.stdout.strip())[-300:])
    return done.stdout


def parsed(said: str) -> Mapping[str, float]:
    """The median calls a second, by the benchmark's name; `CannotRun` where one is missing."""
    rates: dict[str, list[float]] = {}
    for name, rate in LINE.findall(said):
        rates.setdefault(name, []).append(float(rate))
    if missing := {BARE, *CALLS} - set(rates):
        raise CannotRun(f"it says nothing of {', '.join(sorted(missing))}")
    return {name: statistics.median(of_it) for name, of_it in rates.items()}

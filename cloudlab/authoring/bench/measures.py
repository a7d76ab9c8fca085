"""One number and its bound, what couldn't be measured and why, and the table of both."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from cloudlab.lab.errors import LabError, ToolMissing
from cloudlab.lab.tables import columns


@dataclass(frozen=True)
class Measure:
    """One number, and what it may be at most (None: told, not judged)."""

    what: str
    found: float
    unit: str
    bound: float | None = None

    @property
    def holds(self) -> bool:
        """Whether it is within its bound."""
        return self.bound is None or self.found <= self.bound

    @property
    def row(self) -> tuple[str, str, str, str]:
        """As the table shows it."""
        found = f"{self.found:.2f} {self.unit}"
        if self.bound is None:
            return self.what, found, "–", ""
        verdict = "holds" if self.holds else "BROKEN"
        return self.what, found, f"≤ {self.bound:g} {self.unit}", verdict


def on(cores: int, bound: float) -> float | None:
    """The bound on a machine of so many cores; None, told and not judged, on a smaller one."""
    return bound if cores_here() >= cores else None


def cores_here() -> int:
    """This machine's; 1 where it doesn't tell."""
    return os.cpu_count() or 1


@dataclass(frozen=True)
class LeftOut:
    """What isn't in the table, and why."""

    what: str
    why: str
    failed: bool = False
    """Whether it should have been: this machine can measure it, and it went wrong."""

    @property
    def holds(self) -> bool:
        """What can't be measured here breaks no promise; what fails may."""
        return not self.failed

    @property
    def line(self) -> str:
        """As it stands below the table."""
        return f"{self.what}: {'FAILED' if self.failed else 'left out'}, {self.why}"


Found = Measure | LeftOut

#: What ends the measuring of one thing, and not that of the others; a `LabError` does, too.
TROUBLE = (RuntimeError, OSError, subprocess.SubprocessError)


def attempted(what: str, measures: Callable[[], Iterator[Found]]) -> Iterator[Found]:
    """The measures, up to where something goes wrong: that is said, and the rest goes on."""
    try:
        yield from measures()
    except ToolMissing as error:
        yield LeftOut(what, f"{error.what} → {error.todo}")
    except LabError as error:  # its log lies in a folder that is gone
        yield LeftOut(what, f"{error.what} → {error.todo}", failed=True)
    except TROUBLE as error:
        yield LeftOut(what, str(error), failed=True)


def timed(work: Callable[[], object]) -> float:
    """Seconds that it takes."""
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def percentile(values: list[float], percent: int) -> float:
    """The value that so many in a hundred don't exceed."""
    return sorted(values)[max(0, -(-len(values) * percent // 100) - 1)]


def command(*words: str) -> None:
    """`cloudlab WORDS`, as a learner's shell runs it."""
    cloudlab = Path(sys.executable).with_name("cloudlab")
    run = subprocess.run([cloudlab, *words], capture_output=True, text=True, check=False)
    if run.returncode:
        raise RuntimeError(f"cloudlab {' '.join(words)}: {run.stderr}")


@contextmanager
def setting(name: str, value: str) -> Iterator[None]:
    """The environment's variable has this value, for a while."""
    before = os.environ.get(name)
    os.environ[name] = value
    try:
        yield
    finally:
        os.environ.pop(name)
        if before is not None:
            os.environ[name] = before


def table(found: Sequence[Found], load: float) -> str:
    """The measures in columns, then what was left out; a `load` above the cores is said, too."""
    measures = [one for one in found if isinstance(one, Measure)]
    rows = [("measure", "found", "bound", ""), *(one.row for one in measures)]
    lines = [columns(rows, [""] * len(rows))]
    lines += [one.line for one in found if isinstance(one, LeftOut)]
    cores = cores_here()
    if load > cores:
        lines.append(
            f"The machine was busy before ({load:.1f} on {cores} cores): times are longer for it."
        )
    return "\n".join(lines)


def report(found: Iterator[Found]) -> int:
    """Measure, and print the table; 1 where a bound doesn't hold or something failed."""
    load = os.getloadavg()[0]  # before it begins: afterwards most of the load is its own
    seen = list(found)
    print(table(seen, load))
    return 0 if all(one.holds for one in seen) else 1

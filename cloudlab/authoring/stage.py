"""The stage on which a section is rehearsed: its solved notebook in a live kernel of its own.

Cells are run through nbclient, one by one. An exercise's cells are held back until its check, so
that other answers can be run in their place. Work and progress go to a temporary folder: nothing
of a learner's is touched.
"""

from __future__ import annotations

import os
import re
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
from nbconvert.filters import strip_ansi

from cloudlab.authoring.errors import RehearsalStopped
from cloudlab.learning.checks import load_room
from cloudlab.learning.sections import Section
from cloudlab.learning.solutions import (
    Cell,
    as_starter,
    checked_exercise,
    solved_cells,
    solved_notebook,
    tags,
    without_markers,
)

CELL_SECONDS = 600
WRITES = re.compile(r"%%writefile +(?P<file>\S+)")
# A kernel warns that it speaks unencrypted, even where it speaks on loopback alone.
QUIET_KERNEL = ["--IPKernelApp.log_level=40"]
CLOSE_PORTS = """\
import os
from cloudlab.lab.environment import nowhere
_kept = {name: os.environ.get(name) for name in nowhere()}
os.environ.update(nowhere())
"""
OPEN_PORTS = """\
for _name, _value in _kept.items():
    os.environ.pop(_name, None) if _value is None else os.environ.update({_name: _value})
"""
BEGIN_AGAIN = """\
from cloudlab.learning.record import changing_record
with changing_record("{section}") as _record:
    _record.begin_again()
"""


@dataclass(frozen=True)
class Seen:
    """What a learner would have read from a check."""

    outcome: str
    message: str
    seconds: float


class Stage:
    """A context manager: a kernel that plays the section's solved notebook."""

    def __init__(self, section: Section) -> None:
        self.section = section
        self.cells = [c for c in solved_cells(solved_notebook(section)) if c["cell_type"] == "code"]
        self._notebook = nbformat.v4.new_notebook()
        self._client = NotebookClient(
            self._notebook,
            timeout=CELL_SECONDS,
            kernel_name="python3",
            extra_arguments=QUIET_KERNEL,
        )
        self._exits = ExitStack()
        self._held: list[Cell] = []
        self._before_each: list[Cell] = []

    def __enter__(self) -> Stage:
        with ExitStack() as exits:  # closes what is open where the last step fails
            folder = Path(exits.enter_context(tempfile.TemporaryDirectory(prefix="rehearsal-")))
            env = dict(os.environ, LAB_WORK_DIR=f"{folder}/work", LAB_DATA_DIR=f"{folder}/data")
            exits.enter_context(self._client.setup_kernel(env=env, cwd=str(folder)))
            self._run("from cloudlab import *")
            self._exits = exits.pop_all()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        tb: TracebackType | None,
    ) -> None:
        self._exits.close()

    # The notebook's own cells

    def play(self, cell: Cell) -> None:
        """Run a cell as it stands; one that the text expects to fail may."""
        self._run(cell["source"], may_fail="raises-exception" in tags(cell))
        if "before-each" in tags(cell):
            self._before_each.append(cell)

    def hold(self, cell: Cell) -> None:
        """Keep back one of the exercise's cells until its check comes."""
        self._held.append(cell)

    @property
    def holding(self) -> bool:
        """Whether an exercise's cell is kept back."""
        return bool(self._held)

    def connect(self) -> None:
        """Join the lab, as the notebook's first cell does."""
        self._run(f'connect("{self.section.name}")')

    def clean_up(self) -> None:
        """Clean up, as the notebook's last cell does."""
        self._run(f'clean_up("{self.section.name}", unattended=True)')

    def say(self, source: str) -> str:
        """Run a line of a learner's own; returns the text that it showed."""
        return _text(self._run(source))

    # The exercise that is held: one cell to answer in, or several

    def starter_cell(self) -> Cell | None:
        """The cell tagged `starter` among those held, or None where the solution has stubs."""
        return next((c for c in self._held if "starter" in tags(c)), None)

    def starter(self) -> list[str]:
        """What the untouched learner's cells hold."""
        return [as_starter(cell["source"]) for cell in self._held if "solution" not in tags(cell)]

    def solved(self) -> list[str]:
        """What the solved cells hold."""
        return [without_markers(cell["source"]) for cell in self._answered()]

    def answer(self, source: str) -> list[str]:
        """The solved cells, with another answer in the place of one of them.

        That is the one that writes the same file, else the last.
        """
        solved, written = self.solved(), WRITES.match(source)
        same = [
            number
            for number, one in enumerate(solved)
            if written and (found := WRITES.match(one)) and found["file"] == written["file"]
        ]
        solved[same[0] if same else -1] = source
        return solved

    @property
    def outage(self) -> str | None:
        """The outage that the exercise's set-up cells draw, by its name; None where they don't."""
        sources = " ".join(
            cell["source"] for cell in self._before_each if "outage(" in cell["source"]
        )
        return next((n for n in load_room(self.section.name).outages if f'"{n}"' in sources), None)

    def attempt(self, name: str, sources: list[str], *, outage: str | None = None) -> Seen:
        """Run `sources` in the place of the exercise's cells, and what stands between and after
        them, then its check.

        With `outage`, that one is drawn in the place of the one that the notebook draws.

        The story begins anew, so that no attempt is judged by what an earlier one did; cells tagged
        `before-each` set the exercise up again. A failing command is part of the attempt: the
        check is what judges it.
        """
        self._run(BEGIN_AGAIN.format(section=self.section.name))
        drawn = self.outage
        for cell in self._before_each:
            set_up = cell["source"]
            self._run(set_up.replace(drawn, outage) if drawn and outage else set_up)
        for source in self._script(sources):
            self._run(source, may_fail=True)
        return self.check(name)

    def undo(self, command: str) -> None:
        """Take back by a shell command what an answer left; nothing to do without one."""
        if command:
            self._run(f"!{command}")

    def release(self) -> None:
        """The exercise is over: the solved cell stands."""
        self._held.clear()
        self._before_each.clear()

    def _answered(self) -> list[Cell]:
        return [cell for cell in self._held if "starter" not in tags(cell)]

    def _script(self, sources: list[str]) -> Iterator[str]:
        """All from the exercise's first cell to its check, with `sources` for those held."""
        held = {id(cell) for cell in self._held}
        answers = dict(zip(map(id, self._answered()), sources, strict=True))
        number = next(n for n, cell in enumerate(self.cells) if id(cell) in held)
        while checked_exercise(cell := self.cells[number]) is None:
            number += 1
            if id(cell) in answers:
                yield answers[id(cell)]
            elif id(cell) not in held:
                yield cell["source"]

    # Checks

    def check(self, name: str) -> Seen:
        """Run the check as the learner does, and read what it showed."""
        started = time.monotonic()
        cell = self._run(f'check("{name}")', may_fail=True)
        seconds = time.monotonic() - started
        for output in cell.outputs:
            shown = output.get("metadata", {}).get("cloudlab", {})
            if shown.get("exercise") == name:
                return Seen(shown["outcome"], shown["message"], seconds)
        return Seen("no outcome", _last_words(cell), seconds)

    def check_with_closed_port(self, name: str) -> Seen:
        """The check while nothing listens where the lab should."""
        self._run(CLOSE_PORTS)
        try:
            return self.check(name)
        finally:
            self._run(OPEN_PORTS)

    def _run(self, source: str, *, may_fail: bool = False) -> Any:
        """Execute one piece of source in the kernel; returns the executed cell."""
        cell = nbformat.v4.new_code_cell(source)
        self._notebook.cells.append(cell)
        index = len(self._notebook.cells) - 1
        self._client.allow_errors = may_fail
        try:
            return self._client.execute_cell(cell, index)
        except (CellExecutionError, CellTimeoutError, DeadKernelError) as error:
            raise RehearsalStopped(
                f"{self.section.notebook} stops at: {source.strip().splitlines()[0]}",
                strip_ansi(str(error)).strip().splitlines()[-1],
            ) from error


def _text(cell: Any) -> str:
    """All that a cell showed, as text."""
    shown = (
        o.get("text") or o.get("data", {}).get("text/plain") or "\n".join(o.get("traceback", []))
        for o in cell.outputs
    )
    return str(strip_ansi("\n".join(shown)))


def _last_words(cell: Any) -> str:
    """What a cell said instead of an outcome."""
    return " ".join(_text(cell).split()[-30:])

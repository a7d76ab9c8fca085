"""What a connected notebook's kernel does differently, and nothing else of it.

A failing `!` command fails its cell; `%%writefile` leaves the solution markers out; every `!`
command and every cell is noted in the section's record. In plain Python all of this is skipped.
"""

from __future__ import annotations

import io
import re
import shlex
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import redirect_stdout
from pathlib import Path
from typing import Any, TextIO

from cloudlab.learning.record import Command, changing_record
from cloudlab.learning.solutions import without_markers

TAIL_CHARACTERS = 6000
COLOUR = re.compile(r"\x1b\[[0-9;]*m")

_section: str | None = None
_last_cell_ended = 0.0
_this_cell_began = 0.0


def current_section() -> str | None:
    """The section that this kernel joined last."""
    return _section


def seconds_before_this_cell() -> float:
    """How long the kernel had rested when this cell began: next to nothing under Run All."""
    return _this_cell_began - _last_cell_ended


def join(section: str, after_cell: Callable[[str], None]) -> None:
    """Make this kernel the section's; `after_cell` is called with its name after every cell.

    The hooks are set once, however often a notebook connects.
    """
    global _section
    first = _section is None
    _section = section
    shell = _shell()
    if shell is not None and first:
        shell.system_raise_on_error = True
        shell.system = _noting_system(shell)
        _replace_writefile(shell)
        shell.events.register("pre_run_cell", _before_cell)
        shell.events.register("post_run_cell", _noting_cell(after_cell))


def _shell() -> Any:
    from IPython.core.getipython import get_ipython

    return get_ipython()


def running_shell() -> Any:
    """The IPython shell to run cells in: the kernel's, else one of this process's own."""
    from IPython.core.interactiveshell import InteractiveShell

    return _shell() or InteractiveShell.instance()


def _noting_system(shell: Any) -> Any:
    """`!command`, noted with its exit code.

    The line is expanded here, one frame below the cell, because IPython's own `system` looks for
    `{variables}` at a fixed depth of the stack.
    """
    from IPython.utils.process import system  # type: ignore[attr-defined]

    def noting_system(line: str) -> None:
        if line.rstrip().endswith("&"):
            raise OSError("A ! command can't run in the background here: leave the & out.")
        expanded = shell.var_expand(line, depth=1)
        started = time.time()
        with redirect_stdout(Tee(sys.stdout)) as said:
            exit_code = system(expanded)
        shell.user_ns["_exit_code"] = exit_code
        _note_command(
            Command(
                line=expanded,
                exit_code=exit_code,
                started=started,
                ended=time.time(),
                tail=said.tail(),
            )
        )
        if exit_code != 0:
            raise CommandFailed(exit_code, expanded, said.tail())

    return noting_system


class Tee(io.TextIOBase):
    """Passes on what is written, and keeps the end of it."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._kept = ""

    def write(self, text: str) -> int:
        """Pass the text on."""
        self._kept = (self._kept + text)[-TAIL_CHARACTERS:]
        return self._stream.write(text)

    def flush(self) -> None:
        """Flush what lies below."""
        self._stream.flush()

    def tail(self) -> str:
        """The last that was written, without colours and with white space folded."""
        return " ".join(COLOUR.sub("", self._kept).replace("│", " ").split())


class CommandFailed(subprocess.CalledProcessError):
    """A `!` command that exited with something else than 0. Its own words stand above."""

    def _render_traceback_(self) -> list[str]:
        where = "Its message is above." if self.output else "It printed nothing."
        return [f"The command failed (exit code {self.returncode}). {where}"]


def _note_command(command: Command) -> None:
    if _section is not None:
        with changing_record(_section) as record:
            if record is not None:
                record.add_command(command)


def _replace_writefile(shell: Any) -> None:
    original = shell.find_cell_magic("writefile")  # loads it: IPython's table is lazy

    def writefile(line: str, cell: str) -> None:
        _make_folder(line)
        original(line, without_markers(cell))

    shell.register_magic_function(writefile, magic_kind="cell", magic_name="writefile")


def _make_folder(line: str) -> None:
    """Make the folder below this one in which `%%writefile web/Dockerfile` writes."""
    words = shlex.split(line)
    if words and not Path(words[-1]).expanduser().is_absolute():
        Path(words[-1]).parent.mkdir(parents=True, exist_ok=True)


def _before_cell(info: Any) -> None:
    global _this_cell_began
    _this_cell_began = time.monotonic()


def _noting_cell(after_cell: Callable[[str], None]) -> Callable[[Any], None]:
    def noting_cell(result: Any) -> None:
        global _last_cell_ended
        if _section is not None:
            after_cell(_section)
        _last_cell_ended = time.monotonic()

    return noting_cell

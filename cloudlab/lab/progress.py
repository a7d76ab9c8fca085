"""Saying how a long command goes: a moving table on a terminal, plain lines elsewhere."""

import sys
import threading
import time
from dataclasses import dataclass, field, replace
from types import TracebackType
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from rich.live import Live
    from rich.table import Table


@dataclass(frozen=True)
class Line:
    """What is known of one thing under way."""

    text: str
    began: float = field(default_factory=time.monotonic)
    done: bool = False
    good: bool = True

    @property
    def sign(self) -> str:
        """Under way, done, failed."""
        return "…" if not self.done else "✓" if self.good else "✗"


class Progress:
    """`say(key, text)` from any thread; `done(key, text)` ends its line.

    >>> with Progress(quiet=True) as progress:
    ...     progress.say("aws", "starting")
    ...     progress.done("aws", "ready")
    """

    def __init__(self, quiet: bool = False) -> None:
        self.quiet, self.moving = quiet, sys.stderr.isatty() and not quiet
        self.lines: dict[str, Line] = {}
        self.lock = threading.Lock()
        self.live: Live | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        if self.live:
            self.live.stop()

    def say(self, key: str, text: str) -> None:
        """The thing goes on: what it does now."""
        self._set(key, text, done=False)

    def done(self, key: str, text: str, *, good: bool = True) -> None:
        """The thing ended, well or not."""
        self._set(key, text, done=True, good=good)

    def note(self, text: str) -> None:
        """A line that stays."""
        if self.live:
            self.live.console.print(text, highlight=False, markup=False, soft_wrap=True)
        elif not self.quiet:
            print(text, file=sys.stderr, flush=True)

    def _set(self, key: str, text: str, *, done: bool, good: bool = True) -> None:
        with self.lock:
            before = self.lines.get(key)
            now = replace(before or Line(text), text=text, done=done, good=good)
            self.lines[key] = now
            changed = now != before
        if self.moving:
            self._show()
        elif changed and not self.quiet:
            print(f"{key}: {text}", file=sys.stderr, flush=True)

    def _show(self) -> None:
        """Begin the moving table at the first line: rich is slow to import."""
        from rich.console import Console
        from rich.live import Live

        with self.lock:
            if self.live is None:
                console = Console(stderr=True)
                self.live = Live(
                    get_renderable=self._table,
                    console=console,
                    transient=True,
                    refresh_per_second=8,
                )
                self.live.start()

    def _table(self) -> "Table":
        """The lines, those under way with the seconds that they have taken."""
        from rich.table import Table

        table = Table.grid(padding=(0, 2))
        for key, line in list(self.lines.items()):
            seconds = "" if line.done else f"{time.monotonic() - line.began:.1f} s"
            table.add_row(line.sign, key, line.text, seconds)
        return table

"""Waiting for a condition, with a limit and a moving line; nothing here sleeps a fixed time."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from typing import TextIO, TypeVar

from cloudlab.learning.errors import TookTooLong

T = TypeVar("T")

POLL_SECONDS = 0.5


def wait_until(condition: Callable[[], T], timeout: float = 60, what: str = "") -> T:
    """Call `condition` until it's true, and return what it returned.

    Shows one line that moves: what is awaited, the seconds so far, the limit. Raises `TookTooLong`
    after `timeout` seconds; an exception of the condition itself comes through.
    """
    name = what or getattr(condition, "__name__", "<lambda>").replace("_", " ")
    name = name.replace("<lambda>", "the condition")
    started = time.monotonic()
    while True:
        value = condition()
        elapsed = time.monotonic() - started
        if value:
            move(f"{name}: after {elapsed:.0f} s", end="\n")
            return value
        if elapsed > timeout:
            move(f"{name}: not within {timeout:.0f} s", end="\n")
            raise TookTooLong(
                f"{name} did not happen within {timeout:.0f} s.",
                "Look at what the lab shows now; a larger timeout= waits longer.",
            )
        move(f"waiting for {name} … {elapsed:.0f} s of at most {timeout:.0f} s")
        time.sleep(POLL_SECONDS)


def move(line: str, end: str = "", to: TextIO | None = None) -> None:
    """Write over the line before, on stdout if nothing else; with a line end, the last time."""
    stream = to or sys.stdout
    stream.write("\r" + line.ljust(72) + end)
    stream.flush()

"""The programs of a cluster: at hand, or fetched or built, while the learner is told."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from pathlib import Path

from cloudlab.lab.tools.finding import find_tool

MEGABYTE = 1e6


def find(
    names: Iterable[str], say: Callable[[str], None], cancelled: threading.Event
) -> dict[str, Path]:
    """Where each program is; raises a `LabError` where one can't be had."""
    return {
        name: find_tool(name, _meter(name, say, cancelled), say, cancelled).path for name in names
    }


def _meter(
    name: str, say: Callable[[str], None], cancelled: threading.Event
) -> Callable[[int, int | None], None]:
    """A line on a download, ten times in all; the place where Ctrl-C reaches its thread."""
    told = -1

    def show(done: int, size: int | None) -> None:
        nonlocal told
        if cancelled.is_set():
            raise KeyboardInterrupt
        step = int(done / (size or 100 * MEGABYTE) * 10)
        if step != told:
            told = step
            of = f" of {size / MEGABYTE:.0f}" if size else ""
            say(f"{name}: downloading, {done / MEGABYTE:.0f}{of} MB")

    return show

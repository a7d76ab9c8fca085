"""`python -m cloudlab.authoring.turns SECTION TURN…`: turns at a section, in one lab of its own.

A turn is `nbval`, the solved notebook by nbval, or a rehearsal: `rehearse`, of all exercises, or
those named (`public-subnets,tiers`). Whoever stops the lab and begins anew proves little: what
comes second must work in a lab that was worked in before. Each turn must leave nothing.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console

from cloudlab.authoring import rehearse
from cloudlab.authoring.own_lab import own_lab
from cloudlab.lab.inventory import beyond, inventory
from cloudlab.learning.sections import Section, load_section
from cloudlab.learning.solutions import solved_notebook

NBVAL, REHEARSAL = "nbval", "rehearse"
NBVAL_SECONDS = 1500


def main(section: str, *turns: str) -> int:
    """Take each turn, whatever the one before said; 0 where all passed and none left anything."""
    manifest = load_section(section)
    with own_lab(section):
        return max([take(manifest, turn) for turn in turns])


def take(section: Section, turn: str) -> int:
    """One turn in the lab that is up; an `AssertionError` says what it left there."""
    with leaving_nothing(section):
        return run(section) if turn == NBVAL else rehearsal(section, turn)


def run(section: Section) -> int:
    """Every cell by nbval, and what check cells say against what they said.

    What pytest prints goes to our own output. Raises `subprocess.TimeoutExpired` after 25 minutes.
    """
    words = ["-m", "pytest", "--nbval-lax", "-q", "-p", "no:cacheprovider"]
    done = subprocess.run(
        [sys.executable, *words, str(solved_notebook(section))],
        env=dict(os.environ),
        timeout=NBVAL_SECONDS,
        check=False,
    )
    return done.returncode


def rehearsal(section: Section, turn: str) -> int:
    """The rehearsal of all exercises, or of those that the turn names."""
    slugs = None if turn == REHEARSAL else turn.split(",")
    only = slugs and [section.full_name(section.exercise(slug)) for slug in slugs]
    rows = rehearse.rehearse(section, only=only)
    return rehearse.verdict(rehearse.told(Console(soft_wrap=True), rows))


@contextmanager
def leaving_nothing(section: Section) -> Iterator[None]:
    """The lab must hold afterwards what it held before; else an `AssertionError` says what more."""
    before = inventory(section.parts)
    yield
    after = inventory(section.parts)
    if after != before:
        raise AssertionError(f"left behind: {beyond(before, after)}; gone: {beyond(after, before)}")


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # so that its lab is stopped, too
    sys.exit(main(*sys.argv[1:]))

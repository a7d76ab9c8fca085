"""`python -m cloudlab.authoring.twice SECTION`: the solved notebook by nbval, twice in one lab.

What CI of a fork runs, and once more: a notebook must work in a lab that it was worked in before,
and leave nothing in it either time. A number after the section says how often.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from cloudlab.authoring.own_lab import own_lab
from cloudlab.lab.inventory import beyond, inventory
from cloudlab.learning.sections import Section, load_section
from cloudlab.learning.solutions import solved_notebook

RUNS = 2
NBVAL_SECONDS = 1500


def main(section: str, runs: int = RUNS) -> int:
    """Run it in a lab of its own; 0 where every run passes and leaves nothing."""
    manifest = load_section(section)
    with own_lab(section):
        return max(run(manifest) for _ in range(runs))


def run(section: Section) -> int:
    """One run in the lab that is up: every cell, and what check cells say against what they said.

    What pytest prints goes to our own output. Raises `subprocess.TimeoutExpired` after 25 minutes.
    """
    words = ["-m", "pytest", "--nbval-lax", "-q", "-p", "no:cacheprovider"]
    notebook = str(solved_notebook(section))
    with leaving_nothing(section):
        done = subprocess.run(
            [sys.executable, *words, notebook],
            env=dict(os.environ),
            timeout=NBVAL_SECONDS,
            check=False,
        )
    return done.returncode


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
    sys.exit(main(sys.argv[1], *map(int, sys.argv[2:])))

"""Each section, in labs of its own: rehearsed, beside it run twice in a row by nbval, then gone."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from cloudlab.authoring.own_lab import own_lab
from cloudlab.authoring.rehearse import Row, rehearse
from cloudlab.authoring.twice import leaving_nothing
from cloudlab.learning.sections import load_section, section_names

#: A machine has one of it: labs that use it side by side would meet there.
SHARED = "containers"


@pytest.mark.lab
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("section", section_names())
def test_a_section_holds_what_it_promises(section: str, tmp_path: Path) -> None:
    """Every check in every direction; and the solved notebook, twice; and nothing stays.

    Both wait more than they work, so they run side by side where they can.
    """
    said = tmp_path / "twice.txt"
    if SHARED in load_section(section).parts:
        assert wrong_rows(section) == []
        with runs(section, said, 1) as run:  # the second in this engine
            assert run.wait() == 0, said.read_text()[-6000:]
    else:
        with runs(section, said, 2) as run:
            assert wrong_rows(section) == []
            assert run.wait() == 0, said.read_text()[-6000:]


def wrong_rows(section: str) -> list[Row]:
    """The cases that didn't come out as expected, in a lab that holds nothing more afterwards."""
    manifest, wrong = load_section(section), []
    with own_lab(section), leaving_nothing(manifest):
        for row in rehearse(manifest):
            print(f"{'ok ' if row.ok else 'NOT'} {row.exercise} · {row.case}: {row.message}")
            wrong += [] if row.ok else [row]
    return wrong


@contextmanager
def runs(section: str, said: Path, number: int) -> Iterator[subprocess.Popen[bytes]]:
    """The notebook's runs by nbval, begun; where the test fails, they and their lab are ended."""
    words = [sys.executable, "-m", "cloudlab.authoring.twice", section, str(number)]
    with said.open("wb") as out, subprocess.Popen(words, stdout=out, stderr=out) as run:
        try:
            yield run
        finally:
            run.terminate()

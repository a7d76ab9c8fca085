"""Each section: every check in every direction, the solved notebook by nbval, and nothing stays."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from cloudlab.authoring.turns import NBVAL, REHEARSAL
from cloudlab.learning.sections import Section, load_section, section_names

#: A machine has one of it: labs that use it side by side would meet there.
SHARED = "containers"
SHOWN = 6000


@pytest.mark.lab
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("section", section_names())
def test_a_section_holds_what_it_promises(section: str, tmp_path: Path) -> None:
    """In labs side by side where it can be: a rehearsal waits more than it works."""
    with ExitStack() as labs:
        runs = [
            labs.enter_context(taking(section, turns, tmp_path / f"{number}.txt"))
            for number, turns in enumerate(programme(load_section(section)))
        ]
        wrong = [said.read_text() for run, said in runs if run.wait()]
    assert wrong == [], "\n".join(deviations(said) + said[-SHOWN:] for said in wrong)


def programme(section: Section) -> list[list[str]]:
    """The turns of each lab. nbval is never the first: it runs where somebody worked before."""
    if SHARED in section.parts:
        return [[REHEARSAL, NBVAL]]
    if section.divide_at is None:
        return [[REHEARSAL], [NBVAL, NBVAL]]
    slugs = [one.name for one in section.exercises]
    where = slugs.index(section.divide_at)
    return [[",".join(slugs[where:])], [",".join(slugs[:where]), NBVAL]]


@contextmanager
def taking(
    section: str, turns: list[str], said: Path
) -> Iterator[tuple[subprocess.Popen[bytes], Path]]:
    """These turns in a lab of their own, begun; where the test fails, they and it are ended."""
    words = [sys.executable, "-m", "cloudlab.authoring.turns", section, *turns]
    with said.open("wb") as out, subprocess.Popen(words, stdout=out, stderr=out) as run:
        try:
            yield run, said
        finally:
            run.terminate()


def deviations(said: str) -> str:
    """What a rehearsal says of the cases that came out otherwise, each with what it expected."""
    lines = said.splitlines(keepends=True)
    return "".join(
        "".join(lines[number : number + 3])
        for number, line in enumerate(lines)
        if line.startswith("✗ ")
    )

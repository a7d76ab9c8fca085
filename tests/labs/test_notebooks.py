"""Every solved notebook keeps the conventions that make it readable, and checkable."""

from __future__ import annotations

import re
from statistics import median

import pytest

from cloudlab.learning.sections import load_section, section_names
from cloudlab.learning.solutions import (
    Cell,
    as_starter,
    checked_exercise,
    exercise_cells,
    solved_cells,
    solved_notebook,
    tags,
)

MEDIAN_LINES, LINES = 3, 10
LAST_HEADINGS = ["Verify", "Clean up", "Next"]
MAGICS_THAT_WRITE = ("%%writefile",)


def cells(section: str, kind: str = "") -> list[Cell]:
    found = solved_cells(solved_notebook(load_section(section)))
    return [cell for cell in found if kind in ("", cell["cell_type"])]


def lines(cell: Cell) -> int:
    """The lines that a learner reads as code: no blank ones, and no answer, which is theirs."""
    return sum(bool(line.strip()) for line in as_starter(cell["source"]).splitlines())


def is_file(cell: Cell) -> bool:
    return bool(cell["source"].startswith(MAGICS_THAT_WRITE))


def headings(section: str) -> list[str]:
    text = "\n".join(cell["source"] for cell in cells(section, "markdown"))
    return re.findall(r"^#+ +(.+?) *$", text, re.MULTILINE)


def checks(section: str) -> list[str]:
    """The exercises that the notebook checks, in order."""
    return [name for cell in cells(section, "code") if (name := checked_exercise(cell))]


sections = pytest.mark.parametrize("section", section_names())


@sections
def test_there_is_at_least_as_much_text_as_code(section: str) -> None:
    read = [cell for cell in cells(section, "code") if "solution" not in tags(cell)]
    assert len(cells(section, "markdown")) >= len(read)


@sections
def test_code_comes_in_small_cells(section: str) -> None:
    """Files, which are shown and applied whole, may be longer."""
    small = [cell for cell in cells(section, "code") if not is_file(cell)]
    assert median(map(lines, small)) <= MEDIAN_LINES
    assert [cell["source"] for cell in small if lines(cell) > LINES] == []


@sections
def test_it_opens_with_a_title_and_joins_the_lab(section: str) -> None:
    assert re.match(r"# \S", cells(section)[0]["source"])
    first = cells(section, "code")[0]["source"]
    assert first == f'from cloudlab import *\nconnect("{section}")'


@sections
def test_it_ends_with_verify_clean_up_next(section: str) -> None:
    assert headings(section)[-3:] == LAST_HEADINGS
    assert cells(section)[-1]["cell_type"] == "markdown"


@sections
def test_every_check_is_compared(section: str) -> None:
    for cell in cells(section, "code"):
        if checked_exercise(cell):
            assert "nbval-check-output" in tags(cell), cell["source"]
            assert cell["outputs"], f"{cell['source']} was never run"


@sections
def test_the_exercises_come_in_the_manifests_order(section: str) -> None:
    manifest = load_section(section)
    wanted = [manifest.full_name(one) for one in manifest.exercises]
    met = list(dict.fromkeys(checks(section)))
    assert [name for name in met if name.partition(".")[0] == section] == wanted


@sections
def test_every_exercise_has_a_cell_to_work_in(section: str) -> None:
    manifest = load_section(section)
    for one in manifest.exercises:
        found = exercise_cells(manifest.full_name(one))
        starter = as_starter(found[0]["source"])
        solved = found[-1]["source"]
        assert len(found) > 1 or starter != solved, f"{one.name}: the learner gets the answer"


@sections
def test_a_starter_that_is_judged_says_how(section: str) -> None:
    """A faulty snippet stands beside its solution, and declares the message that it gets."""
    for cell in cells(section, "code"):
        if "starter" in tags(cell):
            assert {"expect", "says"} <= set(cell["metadata"].get("cloudlab", {})), cell["source"]

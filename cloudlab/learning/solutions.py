"""Reading solved notebooks: the source of the learners' notebooks, of solutions and of catching up.

The conventions are nbgrader's: what stands between BEGIN SOLUTION and END SOLUTION is the answer.
A line `### STUB text` in between is what the learner gets in its place.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

from cloudlab.lab.errors import UsageError
from cloudlab.lab.paths import paths
from cloudlab.learning.sections import Section, find_exercise

# The marks stand in the comment form of whatever language the cell writes: #, //, --, <!-- …
BEGIN = re.compile(r"^\s*\W+ BEGIN SOLUTION\b\W*$")
END = re.compile(r"^\s*\W+ END SOLUTION\b\W*$")
STUB = re.compile(r"^(?P<indent>\s*)[^\w\s]+ STUB ?(?P<text>.*)$")
CHECK = re.compile(r"""^check\(["'](?P<name>[a-z0-9.-]+)["']\)""", re.MULTILINE)

Cell = dict[str, Any]


def without_markers(source: str) -> str:
    """The solved text as it is written and run: marker and stub lines left out."""
    lines = source.splitlines(keepends=True)
    return "".join(line for line in lines if not any(p.match(line) for p in (BEGIN, END, STUB)))


def as_starter(source: str) -> str:
    """The learner's text: every solution region replaced by its stub lines.

    Raises `UsageError` where a region isn't closed: what follows would be lost.
    """
    kept: list[str] = []
    inside = False
    for line in source.splitlines():
        begins = bool(BEGIN.match(line))
        if begins or END.match(line):
            if begins == inside:
                raise UsageError(f"Unpaired marker: {line.strip()}", "Each BEGIN has its END.")
            inside = begins
        elif not inside:
            kept.append(line)
        elif stub := STUB.match(line):
            kept.append((stub["indent"] + stub["text"]).rstrip())
    if inside:
        raise UsageError("A BEGIN SOLUTION has no END SOLUTION.", "Each BEGIN has its END.")
    return "\n".join(kept)


def tags(cell: Cell) -> list[str]:
    """A cell's tags."""
    return list(cell["metadata"].get("tags", []))


def solved_notebook(section: Section) -> Path:
    """Where the section's solved notebook is."""
    return paths().root / "notebooks" / "solutions" / section.notebook


@lru_cache
def solved_cells(notebook: Path) -> tuple[Cell, ...]:
    """The cells of a solved notebook; `UsageError` when there is none."""
    if not notebook.is_file():
        raise UsageError(f"{notebook.name} has no solved notebook.", "It belongs in solutions/.")
    cells = json.loads(notebook.read_text())["cells"]  # to import nbformat takes seconds
    return tuple({**cell, "source": "".join(cell["source"])} for cell in cells)


def checked_exercise(cell: Cell) -> str | None:
    """The exercise that a cell checks, or None."""
    found = CHECK.search(cell["source"]) if cell["cell_type"] == "code" else None
    return found["name"] if found else None


def exercise_cells(name: str) -> list[Cell]:
    """The cells tagged `exercise` between the check before and `name`'s own."""
    section, _ = find_exercise(name)
    cells: list[Cell] = []
    for cell in solved_cells(solved_notebook(section)):
        if "exercise" in tags(cell):
            cells.append(cell)
        checked = checked_exercise(cell)
        if checked == name and cells:
            return cells
        if checked:
            cells = []
    raise UsageError(
        f"{section.notebook} has no check of {name} after a cell tagged exercise.", "Add them."
    )


def exercise_sources(name: str) -> list[str]:
    """The solution of an exercise: the text of its solved cells, without markers."""
    cells = [cell for cell in exercise_cells(name) if "starter" not in tags(cell)]
    return [without_markers(cell["source"]) for cell in cells]


def cells_to_catch_up(name: str) -> Iterator[str]:
    """What brings the lab to where `name` begins: every set-up and solved cell before it."""
    section, _ = find_exercise(name)
    first = exercise_cells(name)[0]
    for cell in solved_cells(solved_notebook(section)):
        if cell is first:
            return
        wanted = {"setup", "exercise"} & set(tags(cell))
        if cell["cell_type"] == "code" and wanted and "starter" not in tags(cell):
            yield without_markers(cell["source"])

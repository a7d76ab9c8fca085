"""A room's file that the solved notebook writes, too, is the same in both places.

One that the notebook brings is where an exercise begins: what is written in its place mends it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from cloudlab.learning.sections import load_section, section_names
from cloudlab.learning.solutions import solved_cells, solved_notebook, tags, without_markers

WRITES = re.compile(r"%%writefile +(?P<name>\S+)\n(?P<text>.*)", re.DOTALL)
BRINGS = re.compile(r"^bring\((?P<names>[^)]*)\)", re.MULTILINE)


def sources(section: str) -> Iterator[str]:
    """The cells as they are when they're solved."""
    for cell in solved_cells(solved_notebook(load_section(section))):
        if cell["cell_type"] == "code" and "starter" not in tags(cell):
            yield without_markers(cell["source"])


def brought(section: str) -> set[str]:
    """The names that the notebook brings, and those of folders."""
    calls = [found["names"] for source in sources(section) for found in BRINGS.finditer(source)]
    return {name for names in calls for name in re.findall(r'"([^"]+)"', names)}


@pytest.mark.parametrize("section", section_names())
def test_what_a_cell_writes_is_what_the_room_holds(section: str) -> None:
    room, differ = load_section(section).room, []
    for found in filter(None, map(WRITES.match, sources(section))):
        file = room / found["name"]
        if found["name"] not in brought(section) and file.is_file():
            differ += [] if file.read_text().strip() == found["text"].strip() else [file.name]
    assert differ == []


def test_a_room_without_hand_made_copies_would_prove_nothing() -> None:
    """So that a change of conventions doesn't leave the test above with nothing to compare."""
    section = next(name for name in section_names() if brought(name))
    room = load_section(section).room
    written = [found["name"] for found in filter(None, map(WRITES.match, sources(section)))]
    assert [name for name in written if (room / name).is_file() and name not in brought(section)]

"""The notebook is solved with the section's own solution. The picture itself: tests/browser."""

from __future__ import annotations

from typing import Any, cast

import pytest

from cloudlab.authoring import screenshots
from cloudlab.authoring.browsing import Notebook
from cloudlab.authoring.screenshots import NOTEBOOK, PICTURE, main, solve
from cloudlab.lab.paths import paths
from cloudlab.learning.sections import load_section, section_names

CELLS = ["# A title", "%%writefile a.tf\n# yours", "!make", 'check("some.thing")', "never run"]


class Paper:
    """A notebook without a browser: notes what was run."""

    def __init__(self) -> None:
        self.cells, self.ran = list(CELLS), 0

    def source(self) -> str:
        return self.cells[self.ran]

    def write(self, text: str) -> None:
        self.cells[self.ran] = text

    def run(self) -> str:
        self.ran += 1
        return self.cells[self.ran - 1]


@pytest.fixture
def solved(monkeypatch: pytest.MonkeyPatch) -> Paper:
    monkeypatch.setattr(screenshots, "exercise_sources", lambda name: ["%%writefile a.tf\nright"])
    paper = Paper()
    assert cast(Any, solve)(cast(Notebook, paper), "some.thing") == 'check("some.thing")'
    return paper


def test_the_solution_stands_where_it_belongs(solved: Paper) -> None:
    assert solved.cells == [CELLS[0], "%%writefile a.tf\nright", *CELLS[2:]]


def test_it_is_run_as_far_as_the_check(solved: Paper) -> None:
    assert solved.ran == 4


def test_the_notebook_is_a_sections_and_the_picture_the_readmes() -> None:
    assert NOTEBOOK in {load_section(name).notebook for name in section_names()}
    assert PICTURE in (paths().root / "README.md").read_text()
    assert (paths().root / PICTURE).read_bytes().startswith(b"\x89PNG")


def test_without_a_chromium_none_is_taken_and_it_says_why(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def none_here() -> None:
        raise LookupError("There is no Chromium here.")

    monkeypatch.setattr(screenshots, "chromium", none_here)
    assert main() == 1
    assert capsys.readouterr().err == "not taken: There is no Chromium here.\n"

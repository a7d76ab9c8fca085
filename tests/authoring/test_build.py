"""Learners' notebooks: built from the solved ones, without an answer, the same every time."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import nbformat
import pytest

from cloudlab.authoring.build import build_all, learners_version, out_of_date


def code(source: str, *tags: str, **more: Any) -> Any:
    return nbformat.v4.new_code_cell(
        source,
        execution_count=3,
        outputs=[nbformat.v4.new_output("stream", text="secret output")],
        metadata={"tags": list(tags), "cloudlab": {"says": "secret words"}, **more},
    )


@pytest.fixture
def solved(checkout: Path) -> Path:
    notebook = nbformat.v4.new_notebook(
        metadata={
            "kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"},
            "language_info": {"name": "python", "version": "3.11.7"},
            "widgets": {"secret": 1},
        },
        cells=[
            nbformat.v4.new_markdown_cell("# Title ### BEGIN SOLUTION is a word here"),
            nbformat.v4.new_markdown_cell("secret explanation", metadata={"tags": ["solution"]}),
            code("### BEGIN SOLUTION\n### STUB # yours\nsecret = 1\n### END SOLUTION", "exercise"),
            code("mend = me", "exercise", "starter", "hide-input"),
            code("secret = 2", "exercise", "solution"),
            code('check("a.b")', "nbval-check-output"),
        ],
    )
    file = checkout / "notebooks" / "solutions" / "01-a.ipynb"
    nbformat.write(notebook, file)
    return file


def built(solved: Path) -> Any:
    return nbformat.reads(learners_version(solved), as_version=4)


def test_the_learner_sees_no_answer(solved: Path) -> None:
    assert "secret" not in learners_version(solved)
    assert "SOLUTION" not in "".join(c.source for c in built(solved).cells[1:])


def test_stubs_starters_and_text_stay(solved: Path) -> None:
    assert [c.source for c in built(solved).cells] == [
        "# Title ### BEGIN SOLUTION is a word here",
        "# yours",
        "mend = me",
        'check("a.b")',
    ]


def test_nothing_looks_run_and_no_authors_tag_is_left(solved: Path) -> None:
    notebook = built(solved)
    ran = [c for c in notebook.cells if c.cell_type == "code"]
    assert all(c.outputs == [] and c.execution_count is None for c in ran)
    assert [c.metadata.get("tags", []) for c in ran] == [[], ["hide-input"], []]
    assert set(notebook.metadata) == {"kernelspec", "language_info"}


def test_it_is_the_same_every_time_and_valid(solved: Path) -> None:
    assert learners_version(solved) == learners_version(solved)
    nbformat.validate(built(solved))


def test_building_writes_what_is_out_of_date_and_nothing_else(solved: Path, checkout: Path) -> None:
    target = checkout / "notebooks" / "01-a.ipynb"
    assert out_of_date() == [target]
    assert build_all() == [target]
    assert out_of_date() == build_all() == []
    target.write_text(target.read_text().replace("yours", "edited by hand"))
    assert build_all() == [target]
    assert "edited by hand" not in target.read_text()

"""Solved notebooks: what is stripped, what is run, what leads to an exercise."""

from __future__ import annotations

from pathlib import Path

import nbformat
import pytest

from cloudlab.lab.errors import UsageError
from cloudlab.learning.sections import Section
from cloudlab.learning.solutions import (
    as_starter,
    cells_to_catch_up,
    checked_exercise,
    exercise_cells,
    exercise_sources,
    solved_cells,
    solved_notebook,
    without_markers,
)

SOLVED = """\
resource "a" "b" {
  ### BEGIN SOLUTION
  ### STUB # your line
  ###   STUB is no marker here
  count = 2
  ### END SOLUTION
}
"""


def test_what_is_written_has_no_markers_and_no_stubs() -> None:
    assert without_markers(SOLVED) == (
        'resource "a" "b" {\n  ###   STUB is no marker here\n  count = 2\n}\n'
    )


def test_the_learner_gets_the_stub_in_the_place_of_the_answer() -> None:
    assert as_starter(SOLVED) == 'resource "a" "b" {\n  # your line\n}'


def test_an_empty_stub_is_an_empty_line() -> None:
    assert as_starter("a\n### BEGIN SOLUTION\n### STUB\nb\n### END SOLUTION") == "a\n"


def test_several_regions_are_each_replaced() -> None:
    region = "### BEGIN SOLUTION\nsecret\n### STUB # {}\n### END SOLUTION\n"
    source = region.format("one") + "kept\n" + region.format("two")
    assert as_starter(source) == "# one\nkept\n# two"


def test_text_without_markers_stays_as_it_is() -> None:
    text = "a = 1\n# BEGIN SOLUTION of a riddle\n"
    assert without_markers(text) == text
    assert as_starter(text) == text.rstrip("\n")


@pytest.mark.parametrize(
    "source",
    ["a\n### BEGIN SOLUTION\nb", "a\n### END SOLUTION\nb", "### BEGIN SOLUTION\n" * 2],
    ids=["no end", "no begin", "two begins"],
)
def test_a_region_that_is_not_closed_is_refused(source: str) -> None:
    with pytest.raises(UsageError, match="SOLUTION"):
        as_starter(source)


def test_a_check_cell_is_known_by_its_call(section: Section) -> None:
    cells = solved_cells(solved_notebook(section))
    assert [n for c in cells if (n := checked_exercise(c))] == ["fake.make-table", "fake.say-it"]


def test_text_about_a_check_is_no_check_cell() -> None:
    assert checked_exercise(nbformat.v4.new_markdown_cell('check("a.b")')) is None
    assert checked_exercise(nbformat.v4.new_code_cell('x = "check"')) is None


def test_an_exercises_cells_stand_before_its_check(section: Section) -> None:
    assert len(exercise_cells("fake.make-table")) == 1
    assert len(exercise_cells("fake.say-it")) == 2


def test_a_solution_leaves_the_starter_out(section: Section) -> None:
    assert exercise_sources("fake.say-it") == ['answer("fake.say-it", number=1)']


def test_catching_up_runs_set_up_and_solutions_alone(section: Section) -> None:
    assert list(cells_to_catch_up("fake.make-table")) == ['name = "orders"']
    assert list(cells_to_catch_up("fake.say-it")) == [
        'name = "orders"',
        'from pathlib import Path\nPath(name).write_text("made")\n',
        'Path("applied").write_text("yes")',
    ]


def remove_from_notebook(section: Section, wanted: str) -> None:
    file = solved_notebook(section)
    notebook = nbformat.read(file, as_version=4)
    notebook.cells = [c for c in notebook.cells if wanted not in c.source]
    nbformat.write(notebook, file)
    solved_cells.cache_clear()


def test_an_exercise_that_the_notebook_does_not_check_is_named(section: Section) -> None:
    remove_from_notebook(section, 'check("fake.say-it")')
    with pytest.raises(UsageError, match=r"no check of fake\.say-it"):
        exercise_cells("fake.say-it")


def test_an_exercise_without_a_cell_of_its_own_is_named(section: Section) -> None:
    remove_from_notebook(section, 'answer("fake.say-it"')
    with pytest.raises(UsageError, match=r"fake\.say-it"):
        list(cells_to_catch_up("fake.say-it"))
    with pytest.raises(UsageError, match=r"fake\.say-it"):
        exercise_sources("fake.say-it")


def test_a_section_without_a_solved_notebook_is_told_so(section: Section, checkout: Path) -> None:
    solved_notebook(section).unlink()
    with pytest.raises(UsageError, match=r"90-fake\.ipynb has no solved notebook"):
        exercise_cells("fake.say-it")

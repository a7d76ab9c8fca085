"""Catching up runs what came before, in the learner's kernel, and keeps what is theirs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import nbformat
import pytest

from cloudlab.lab.errors import UsageError
from cloudlab.lab.state import LabState
from cloudlab.learning.catching_up import catch_up
from cloudlab.learning.errors import CatchUpFailed
from cloudlab.learning.progress import changing_progress, load_progress
from cloudlab.learning.sections import Section
from cloudlab.learning.session import connect
from cloudlab.learning.solutions import solved_cells, solved_notebook

Output = pytest.CaptureFixture[str]


@pytest.fixture
def kernel(section: Section, cloud: Any, lab_up: LabState, shell: Any) -> Any:
    connect("fake")
    return shell


def test_the_solved_cells_are_run_in_order(kernel: Any, checkout: Path, capsys: Output) -> None:
    catch_up("fake.say-it")
    work = checkout / "work" / "fake"
    assert (work / "orders").read_text() == "made"
    assert (work / "applied").is_file()
    said = capsys.readouterr().out
    assert "catching up: 3 of 3" in said
    assert "The lab stands where fake.say-it begins" in said
    assert "only shown" not in said


def test_what_you_wrote_is_moved_not_overwritten(
    kernel: Any, checkout: Path, capsys: Output
) -> None:
    work = checkout / "work" / "fake"
    (work / "orders").write_text("mine")
    catch_up("fake.say-it")
    [mine] = (work / "previous").glob("*/orders")
    assert mine.read_text() == "mine"
    assert (work / "orders").read_text() == "made"
    assert "Your own files are in previous/" in capsys.readouterr().out


def test_progress_stays_as_it_is(kernel: Any) -> None:
    with changing_progress() as progress:
        progress.note_attempt("fake.make-table", passed=True)
    before = load_progress()
    catch_up("fake.say-it")
    assert load_progress() == before


def rewrite_setup(section: Section, source: str) -> None:
    file = solved_notebook(section)
    notebook = nbformat.read(file, as_version=4)
    for cell in notebook.cells:
        cell.source = cell.source.replace('name = "orders"', source)
    nbformat.write(notebook, file)
    solved_cells.cache_clear()


def test_a_cell_that_fails_is_named_with_its_last_words(kernel: Any, section: Section) -> None:
    rewrite_setup(section, "!echo the port is taken; exit 1")
    with pytest.raises(CatchUpFailed, match=r"Catching up stopped at: !echo") as failed:
        catch_up("fake.say-it")
    assert "the port is taken" in failed.value.todo


def test_the_output_of_cells_is_kept_back(kernel: Any, section: Section, capsys: Output) -> None:
    rewrite_setup(section, 'name = "orders"\nprint("noise")\n!echo more noise\nname')
    catch_up("fake.say-it")
    assert "noise" not in capsys.readouterr().out


def test_pictures_of_cells_are_kept_back(kernel: Any, section: Section) -> None:
    from IPython.utils.capture import capture_output

    rewrite_setup(section, 'name = "orders"\nfrom IPython.display import HTML\ndisplay(HTML("x"))')
    with capture_output() as shown:
        catch_up("fake.say-it")
    assert shown.outputs == []


def test_a_name_that_no_exercise_has_moves_nothing(kernel: Any, checkout: Path) -> None:
    (checkout / "work" / "fake" / "mine").write_text("mine")
    with pytest.raises(UsageError):
        catch_up("fake.nothing")
    assert (checkout / "work" / "fake" / "mine").is_file()


def test_a_half_built_lab_is_cleared_first(kernel: Any, cloud: Any) -> None:
    """A second copy beside the first would confuse every check."""
    cloud.tables = {"half-built"}
    catch_up("fake.make-table")
    assert cloud.tables == set()

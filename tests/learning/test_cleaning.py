"""Clean up: by itself, wholly, and never under Run All."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from cloudlab.lab.errors import Unreachable, UsageError
from cloudlab.lab.state import LabState, save_state
from cloudlab.learning import cleaning, kernel
from cloudlab.learning.cleaning import clean_up, leftovers
from cloudlab.learning.errors import NotConnected
from cloudlab.learning.record import load_record
from cloudlab.learning.sections import Section, load_section
from cloudlab.learning.session import connect

from .conftest import rewrite

Output = pytest.CaptureFixture[str]


def test_leftovers_are_what_came_since_connect(
    section: Section, cloud: Any, lab_up: LabState
) -> None:
    cloud.tables = {"before"}
    connect("fake")
    assert leftovers() == {}
    cloud.tables = {"before", "orders"}
    assert leftovers() == leftovers("fake") == {"table": ["orders"]}


def test_without_a_baseline_there_are_no_leftovers_to_name(section: Section, cloud: Any) -> None:
    with pytest.raises(NotConnected):
        leftovers()
    with pytest.raises(NotConnected):
        leftovers("fake")


def test_clean_up_removes_what_the_section_made_and_nothing_else(
    section: Section, cloud: Any, lab_up: LabState, checkout: Path, capsys: Output
) -> None:
    cloud.tables = {"before"}
    connect("fake")
    cloud.tables = {"before", "orders"}
    (checkout / "work" / "fake" / "a.tf").write_text("a")
    clean_up("fake", unattended=True)
    assert cloud.tables == {"before"}
    assert load_record("fake") is None
    assert list((checkout / "work" / "fake" / "previous").glob("*/a.tf"))
    assert "The lab is as you found it: 1 removed." in capsys.readouterr().out


def test_cleaning_up_twice_says_that_there_is_nothing(connected: Section, capsys: Output) -> None:
    clean_up("fake", unattended=True)
    clean_up("fake", unattended=True)
    assert "There is nothing to clean up" in capsys.readouterr().out


def test_an_endpoint_that_you_brought_is_not_swept(
    connected: Section, cloud: Any, lab_up: LabState
) -> None:
    lab_up.parts["aws"].backend = "external"
    save_state(lab_up)
    cloud.tables = {"orders"}
    with pytest.raises(UsageError, match="you brought"):
        clean_up("fake", unattended=True)
    assert cloud.tables == {"orders"}


def test_of_a_cluster_that_you_brought_only_what_is_the_sections_goes(
    connected: Section, cloud: Any, lab_up: LabState
) -> None:
    """Told by its label: the rest of that cluster isn't the lab's to clean up."""
    rewrite(connected, 'parts = ["aws"]', 'parts = ["aws", "kubernetes"]')
    theirs = replace(lab_up.parts["aws"], need="kubernetes", backend="external")
    lab_up.parts["kubernetes"] = theirs
    cleaning._refuse_what_was_brought(load_section("fake"), lab_up)
    lab_up.parts["aws"].backend = "external"
    with pytest.raises(UsageError, match="you brought"):
        cleaning._refuse_what_was_brought(load_section("fake"), lab_up)


def test_a_lab_that_does_not_answer_is_said_in_words(connected: Section, cloud: Any) -> None:
    cloud.down = True
    with pytest.raises(Unreachable):
        leftovers()
    with pytest.raises(Unreachable):
        clean_up("fake", unattended=True)
    assert load_record("fake") is not None


@pytest.fixture
def notebook(section: Section, cloud: Any, lab_up: LabState, shell: Any) -> Any:
    shell.run_cell('from cloudlab import *\nconnect("fake")')
    cloud.tables = {"orders"}
    return shell


def test_under_run_all_nothing_is_removed(notebook: Any, cloud: Any, capsys: Output) -> None:
    notebook.run_cell("1 + 1")
    notebook.run_cell('clean_up("fake")')
    assert cloud.tables == {"orders"}
    assert "Run this cell by itself to clean up. Nothing was removed." in capsys.readouterr().out


def test_a_cell_run_by_itself_cleans_up(notebook: Any, cloud: Any) -> None:
    notebook.run_cell("1 + 1")
    kernel._last_cell_ended -= 2
    notebook.run_cell('clean_up("fake")')
    assert cloud.tables == set()


def test_a_kernel_that_was_restarted_is_told_to_connect(
    section: Section, cloud: Any, lab_up: LabState, capsys: Output
) -> None:
    """It can't tell Run All from a single cell yet: that must not be a dead end."""
    with pytest.raises(NotConnected, match='connect\\("fake"\\)'):
        clean_up("fake")

"""The table of progress."""

from __future__ import annotations

import pytest

from cloudlab.learning.overview import progress, progress_rows
from cloudlab.learning.progress import changing_progress
from cloudlab.learning.sections import Section


@pytest.fixture(autouse=True)
def one_solved(section: Section) -> None:
    with changing_progress() as kept:
        kept.note_attempt("fake.make-table", passed=False)
        kept.note_attempt("fake.make-table", passed=True)
        kept.of("fake.make-table").hints = 2


def test_one_section_has_a_row_an_exercise() -> None:
    header, rows = progress_rows("fake")
    assert header == ["Exercise", "", "Core", "Tries", "Hints"]
    assert rows == [["One table", "✓", "core", "2", "2"], ["Say it", "·", "optional", "0", "0"]]


def test_the_workbook_has_a_row_a_section() -> None:
    header, rows = progress_rows()
    assert header == ["Section", "Solved", "Core", "Minutes"]
    assert rows == [["A fake section", "1 of 2", "1 of 1", "15"]]


def test_it_is_shown_as_text(capsys: pytest.CaptureFixture[str]) -> None:
    progress()
    assert "A fake section  1 of 2" in capsys.readouterr().out

"""Wrong answers as files: their front matter is read, removed, and never guessed."""

from __future__ import annotations

from pathlib import Path

import pytest

from cloudlab.authoring.misconceptions import misconceptions_of, read_misconception
from cloudlab.lab.errors import UsageError
from cloudlab.learning.outcomes import Kind


def write(folder: Path, name: str, text: str) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(text)
    return folder / name


def test_the_cell_is_what_stands_below_the_front_matter(tmp_path: Path) -> None:
    file = write(
        tmp_path,
        "main-table.tf",
        "#| expect: not yet\n#| says: the main table \n%%writefile a.tf\na\n#| says: kept\n",
    )
    read = read_misconception(file)
    assert read.name == "main-table"
    assert read.expect is Kind.NOT_YET
    assert read.says == "the main table"
    assert read.source == "%%writefile a.tf\na\n#| says: kept"


def test_a_second_right_answer_needs_no_words(tmp_path: Path) -> None:
    read = read_misconception(write(tmp_path, "other-way.py", "#| expect: passed\nx = 1\n"))
    assert (read.expect, read.says) == (Kind.PASSED, "")


@pytest.mark.parametrize(
    "text",
    [
        "x = 1",
        "#| expect: not yet\nx = 1",
        "#| says: words\nx = 1",
        "#| expect: wrong\n#| says: words\nx = 1",
        "#| expect: not yet\n#| says:\nx = 1",
        "\n#| expect: not yet\n#| says: words\nx = 1",
    ],
    ids=["none", "no words", "no outcome", "unknown outcome", "empty words", "not at the top"],
)
def test_a_front_matter_that_is_not_whole_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(UsageError, match=r"m\.py doesn't say what it expects"):
        read_misconception(write(tmp_path, "m.py", text))


CASE = "#| expect: not yet\n#| says: words\nx = 1\n"


def test_the_cases_of_an_exercise_come_by_name(tmp_path: Path) -> None:
    for name in ("b.py", "a.tf", "notes.md"):
        write(tmp_path / "misconceptions" / "heal", name, CASE)
    assert [m.name for m in misconceptions_of(tmp_path, "heal")] == ["a", "b"]
    assert misconceptions_of(tmp_path, "scale") == []


def test_a_second_folder_adds_its_own(tmp_path: Path) -> None:
    write(tmp_path / "misconceptions" / "heal", "a.py", CASE)
    write(tmp_path / "more" / "heal", "b.py", CASE)
    cases = misconceptions_of(tmp_path, "heal", tmp_path / "more")
    assert [m.name for m in cases] == ["a", "b"]
    assert len(misconceptions_of(tmp_path, "scale", tmp_path / "more")) == 0


def test_a_second_folder_that_is_not_there_is_said_to_be_missing(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="There is no folder"):
        misconceptions_of(tmp_path, "heal", tmp_path / "nowhere")

"""Hints in tiers, and when the solution opens."""

from __future__ import annotations

from typing import Any

import pytest

from cloudlab.lab.errors import UsageError
from cloudlab.learning.hints import hint, next_hint, solution
from cloudlab.learning.progress import changing_progress, load_progress
from cloudlab.learning.sections import Section

NAME = "fake.make-table"


def test_the_first_hint_is_the_default_one_where_nothing_was_tried(connected: Section) -> None:
    assert next_hint(NAME) == "Hint 1 of 3: Read the goal again."


def test_the_first_hint_is_chosen_by_what_the_lab_shows(connected: Section, cloud: Any) -> None:
    cloud.tables = {"order"}
    assert next_hint(NAME) == "Hint 1 of 3: Look at the table's name."


def test_a_dead_lab_still_gives_the_default_hint(connected: Section, cloud: Any) -> None:
    cloud.down = True
    assert next_hint(NAME) == "Hint 1 of 3: Read the goal again."


def test_hints_come_one_by_one_and_end_with_the_solution(connected: Section) -> None:
    given = [next_hint(NAME) for _ in range(5)]
    assert given[1] == "Hint 2 of 3: A table has a name: choose it."
    assert given[2] == "Hint 3 of 3: The name is orders."
    assert given[3] == given[4]
    assert f'solution("{NAME}")' in given[3]


def test_a_hint_is_shown_whole(connected: Section, capsys: pytest.CaptureFixture[str]) -> None:
    next_hint(NAME)
    capsys.readouterr()
    hint(NAME)
    assert capsys.readouterr().out == "Hint 2 of 3: A table has a name: choose it.\n"


def test_a_name_that_no_exercise_has_takes_no_hint(connected: Section) -> None:
    with pytest.raises(UsageError):
        next_hint("fake.nothing")
    assert load_progress().exercises == {}


def test_the_solution_is_closed_at_first(connected: Section) -> None:
    next_hint(NAME)
    with pytest.raises(UsageError, match=f'hint\\("{NAME}"\\)'):
        solution(NAME)
    with pytest.raises(UsageError):
        solution("fake.say-it")


def test_the_solution_opens_with_the_last_hint(
    connected: Section, capsys: pytest.CaptureFixture[str]
) -> None:
    for _ in range(3):
        next_hint(NAME)
    capsys.readouterr()
    solution(NAME)
    said = capsys.readouterr().out
    assert 'Path(name).write_text("made")' in said
    assert "SOLUTION" not in said
    assert "STUB" not in said


def test_the_solution_opens_after_a_pass(
    connected: Section, capsys: pytest.CaptureFixture[str]
) -> None:
    with changing_progress() as progress:
        progress.note_attempt("fake.say-it", passed=True)
    solution("fake.say-it")
    assert capsys.readouterr().out == 'answer("fake.say-it", number=1)\n'

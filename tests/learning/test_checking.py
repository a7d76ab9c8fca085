"""`check` as the learner meets it: a line, a card, a try that counts or doesn't."""

from __future__ import annotations

from typing import Any

import pytest

from cloudlab.lab.errors import UsageError
from cloudlab.learning import checking, checks
from cloudlab.learning.checking import check, check_and_show
from cloudlab.learning.predictions import predict
from cloudlab.learning.progress import load_progress
from cloudlab.learning.sections import Section

NAME = "fake.make-table"
Output = pytest.CaptureFixture[str]


def test_the_outcome_is_one_line(connected: Section, cloud: Any, capsys: Output) -> None:
    cloud.tables = {"order"}
    capsys.readouterr()
    check(NAME)
    assert capsys.readouterr().out == (
        "✗ fake.make-table: not yet. The table is called order. "
        "Wanted: a table orders. Next: list the tables.\n"
    )


def test_a_pass_is_remembered_and_compared_with_the_prediction(
    connected: Section, cloud: Any, capsys: Output
) -> None:
    predict(NAME, "two")
    cloud.tables = {"orders"}
    capsys.readouterr()
    check(NAME)
    first, second = capsys.readouterr().out.splitlines()
    assert first == "✓ fake.make-table: passed. There is a table orders."
    assert second == "You predicted: there are two. The lab: there is one."
    assert load_progress().passed(NAME)


@pytest.mark.parametrize(
    ("tables", "down", "attempts"),
    [(set(), False, 0), ({"order"}, False, 1), ({"orders"}, False, 1), ({"orders"}, True, 0)],
    ids=["not attempted", "not yet", "passed", "lab fault"],
)
def test_only_a_try_counts(
    connected: Section, cloud: Any, tables: set[str], down: bool, attempts: int
) -> None:
    cloud.tables, cloud.down = tables, down
    check(NAME)
    history = load_progress().exercises.get(NAME)
    assert (history.attempts if history else 0) == attempts


def test_a_card_carries_the_outcome_for_rehearsal(
    connected: Section, cloud: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown: list[Any] = []
    monkeypatch.setattr(checking, "show", lambda *given: shown.append(given))
    cloud.tables = {"<order>"}
    outcome = check_and_show(NAME)
    [(text, html, metadata)] = shown
    assert metadata == {
        "exercise": NAME,
        "outcome": "not yet",
        "code": "other-name",
        "message": text,
    }
    assert text == outcome.line(NAME)
    assert "&lt;order&gt;" in html


def test_while_it_settles_the_learner_is_told(
    connected: Section, cloud: Any, monkeypatch: pytest.MonkeyPatch, capsys: Output
) -> None:
    monkeypatch.setattr(checks, "SETTLE_PAUSE", 0.0)
    cloud.tables = {"creating"}
    check(NAME)
    said = capsys.readouterr()
    assert "still settling" in said.out
    assert "waiting" not in said.out, "what CI compares holds no waiting"
    assert said.err.count("\n") == 1, "one line, that moves"


def test_a_name_that_no_exercise_has_is_told_so(connected: Section) -> None:
    with pytest.raises(UsageError):
        check("fake.nothing")

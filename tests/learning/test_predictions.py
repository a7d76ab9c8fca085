"""Predicting, being answered by the lab, and the page that compares the two."""

from __future__ import annotations

import pytest

from cloudlab.lab.errors import UsageError
from cloudlab.learning.predictions import believed, predict, settle_prediction
from cloudlab.learning.progress import Belief, changing_progress, load_progress
from cloudlab.learning.sections import Section

NAME = "fake.make-table"
Output = pytest.CaptureFixture[str]


def test_without_a_choice_the_question_is_asked(section: Section, capsys: Output) -> None:
    predict(NAME, ...)
    said = capsys.readouterr().out
    assert "How many tables" in said
    assert '"one": there is one.' in said
    assert f'predict("{NAME}", "…")' in said
    assert load_progress().beliefs == {}


def test_a_choice_is_written_down_and_can_be_changed(section: Section, capsys: Output) -> None:
    predict(NAME, "one")
    predict(NAME, "two")
    assert load_progress().beliefs[NAME].chose == "two"
    assert capsys.readouterr().out.count("Noted.") == 2


def test_once_the_lab_has_answered_the_choice_stays(section: Section, capsys: Output) -> None:
    predict(NAME, "two")
    settle_prediction(NAME, "one")
    predict(NAME, "one")
    assert load_progress().beliefs[NAME] == Belief(chose="two", happened="one")
    assert "your first choice stays" in capsys.readouterr().out


def test_a_choice_that_is_not_offered_is_refused(section: Section) -> None:
    with pytest.raises(UsageError, match='"one", "two"'):
        predict(NAME, "three")


def test_an_exercise_without_a_question_says_which_have_one(section: Section) -> None:
    with pytest.raises(UsageError, match=NAME):
        predict("fake.say-it")


def test_the_lab_confirms_or_corrects(section: Section) -> None:
    predict(NAME, "one")
    assert settle_prediction(NAME, "one") == "As you predicted: there is one."
    predict_again = settle_prediction(NAME, "two")
    assert predict_again == "You predicted: there is one. The lab: there are two."


def test_nothing_is_said_to_who_did_not_predict(section: Section) -> None:
    assert settle_prediction(NAME, "one") == ""
    assert settle_prediction(NAME, "") == ""
    assert settle_prediction("fake.say-it", "one") == ""
    assert load_progress().beliefs == {}


def test_the_page_holds_what_was_believed_and_what_happened(
    section: Section, capsys: Output
) -> None:
    predict(NAME, "two")
    capsys.readouterr()
    believed()
    assert "not seen yet" in capsys.readouterr().out
    settle_prediction(NAME, "one")
    believed("fake")
    said = capsys.readouterr().out
    assert "there are two." in said
    assert "there is one." in said


def test_without_predictions_the_page_says_so(section: Section, capsys: Output) -> None:
    believed()
    assert capsys.readouterr().out == "No prediction yet.\n"


def test_a_choice_of_an_older_workbook_is_shown_by_its_name(
    section: Section, capsys: Output
) -> None:
    """Progress survives an update; the choices of a prediction may not."""
    with changing_progress() as progress:
        progress.beliefs[NAME] = Belief(chose="three")
    believed()
    assert "three" in capsys.readouterr().out
    assert "three" in settle_prediction(NAME, "one")
    predict(NAME, "two")
    assert "three" in capsys.readouterr().out

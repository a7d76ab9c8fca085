"""`wait_until`: returns what came true, gives up at its limit, shows a moving line."""

from __future__ import annotations

from functools import partial

import pytest

from cloudlab.learning import waiting
from cloudlab.learning.errors import TookTooLong
from cloudlab.learning.waiting import wait_until

Output = pytest.CaptureFixture[str]


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(waiting, "POLL_SECONDS", 0.001)


def test_it_returns_what_the_condition_returned() -> None:
    values = iter([None, [], ["ready"]])
    assert wait_until(lambda: next(values)) == ["ready"]


def test_the_line_names_the_condition_in_words(capsys: Output) -> None:
    def three_instances() -> bool:
        return True

    wait_until(three_instances)
    assert "three instances: after 0 s" in capsys.readouterr().out


@pytest.mark.parametrize("condition", [lambda: True, partial(int, 1)], ids=["lambda", "partial"])
def test_a_condition_without_a_name_is_called_the_condition(
    condition: object, capsys: Output
) -> None:
    wait_until(condition)  # type: ignore[arg-type]
    assert "the condition: after" in capsys.readouterr().out


def test_the_line_moves_over_itself(capsys: Output) -> None:
    values = iter([False, False, True])
    wait_until(lambda: next(values), what="the database")
    said = capsys.readouterr().out
    assert said.count("\r") == 3
    assert said.count("\n") == 1
    assert "waiting for the database … 0 s of at most 60 s" in said


def test_after_its_limit_it_says_what_did_not_happen() -> None:
    with pytest.raises(TookTooLong, match="the database did not happen within 0 s"):
        wait_until(lambda: False, timeout=0.01, what="the database")


def test_a_condition_is_looked_at_even_without_time() -> None:
    assert wait_until(lambda: 7, timeout=0) == 7


def test_an_error_of_the_condition_comes_through() -> None:
    with pytest.raises(ZeroDivisionError):
        wait_until(lambda: 1 / 0)

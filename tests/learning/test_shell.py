"""The verbs of a terminal do what the notebook's do."""

from __future__ import annotations

import os
from typing import Any

import pytest

from cloudlab.learning import shell
from cloudlab.learning.sections import Section

Output = pytest.CaptureFixture[str]


def test_check_prints_the_notebooks_line_and_tells_whether_it_passed(
    connected: Section, cloud: Any, capsys: Output
) -> None:
    capsys.readouterr()
    assert not shell.check("fake.make-table")
    cloud.tables = {"orders"}
    assert shell.check("fake.make-table")
    assert capsys.readouterr().out.splitlines()[-1] == (
        "✓ fake.make-table: passed. There is a table orders."
    )


def test_a_terminal_with_a_real_profile_still_asks_the_lab(
    connected: Section, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "https://ec2.amazonaws.com")
    monkeypatch.setenv("AWS_PROFILE", "production")
    shell.check("fake.make-table")
    assert os.environ["AWS_ENDPOINT_URL"] == "http://127.0.0.1:4566"
    assert "AWS_PROFILE" not in os.environ


def test_hint_prints_the_next_hint(connected: Section, capsys: Output) -> None:
    capsys.readouterr()
    shell.hint("fake.make-table")
    shell.hint("fake.make-table")
    assert capsys.readouterr().out.splitlines() == [
        "Hint 1 of 3: Read the goal again.",
        "Hint 2 of 3: A table has a name: choose it.",
    ]


def test_progress_prints_the_table(connected: Section, capsys: Output) -> None:
    capsys.readouterr()
    shell.progress()
    shell.progress("fake")
    said = capsys.readouterr().out
    assert "A fake section  0 of 2" in said
    assert "Say it" in said

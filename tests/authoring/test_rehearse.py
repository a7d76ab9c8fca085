"""Rehearsal: a sound section comes out clean, and every kind of deviation is seen."""

from __future__ import annotations

import json
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import pytest

from cloudlab.authoring import rehearse as module
from cloudlab.authoring.rehearse import Row, main, rehearse
from cloudlab.learning.outcomes import Kind
from cloudlab.learning.sections import load_section


def sound(author: Any) -> list[Any]:
    """Three exercises: a stub and an apply after it, a faulty starter, and plain cells between."""
    author.misconception("good", "wrong-name", 'wanted = "good-wrong"', "There is good-wrong")
    author.misconception("good", "wrong-python", "this is no Python", "There is good-wrong")
    return [
        author.cell('check("stub.good")'),
        author.cell(author.region('wanted = "good-right"', "wanted = None"), "exercise"),
        author.cell("make(wanted)", "setup"),
        author.checked("good"),
        author.cell("1 / 0", "raises-exception"),
        author.cell(
            'make("mend-wrong")',
            "exercise",
            "starter",
            expect="not yet",
            says="There is mend-wrong",
        ),
        author.cell('make("mend-right")', "exercise", "solution"),
        author.checked("mend"),
        author.cell('check("stub.good"); check("stub.mend")'),
    ]


def test_a_sound_section_comes_out_clean_and_leaves_nothing(
    author: Any, aws: Any, checkout: Path
) -> None:
    rows = list(rehearse(author.section(["good", "mend"], sound(author))))
    assert [(r.exercise, r.case, r.outcome) for r in rows if not r.ok] == []
    good = [(r.case, r.outcome) for r in rows if r.exercise == "stub.good"]
    assert good == [
        ("fresh lab", "not attempted"),
        ("starter", "not attempted"),
        ("wrong-name", "not yet"),
        ("wrong-python", "not yet"),
        ("solution", "passed"),
        ("closed port", "lab fault"),
        ("after Clean up", "not attempted"),
        ("second run", "not attempted"),
    ]
    assert aws[1] == set()
    assert not (checkout / "work").exists()
    assert not (checkout / "data").exists()


def test_of_some_exercises_the_earlier_are_played_and_the_later_left_out(
    author: Any, aws: Any
) -> None:
    slugs = ["early", "good", "late"]
    cells = [
        author.cell('make("early-right")', "exercise"),
        author.checked("early"),
        author.cell('make("good-right")', "exercise"),
        author.checked("good"),
        author.cell("made = check", "setup"),
        author.cell('make("late-right")', "exercise"),
        author.checked("late"),
    ]
    section = author.section(slugs, cells)
    rows = []
    for row in rehearse(section, only=["stub.good"]):
        rows.append((row.exercise, row.case))
        if row.case == "closed port":
            assert aws[1] == {"early-right", "good-right"}
    cases = ["fresh lab", "starter", "solution", "closed port", "after Clean up", "second run"]
    assert rows == [("stub.good", case) for case in cases]
    assert aws[1] == set()


def faulty(author: Any) -> list[Any]:
    """Each exercise deviates in one way, named by its slug."""
    cell, region, checked = author.cell, author.region, author.checked
    author.misconception("misconception-passes", "m", 'make("misconception-passes-right")', "There")
    author.misconception("wrong-words", "m", 'make("wrong-words-wrong")', "the moon")
    return [
        cell(region("pass", 'make("starter-passes-right")'), "exercise"),
        checked("starter-passes"),
        cell(region('make("misconception-passes-right")', "pass"), "exercise"),
        checked("misconception-passes"),
        cell(region('make("wrong-words-right")', "pass"), "exercise"),
        checked("wrong-words"),
        cell(region('make("solution-fails-wrong")', "pass"), "exercise"),
        checked("solution-fails"),
        cell(region("pass", "pass"), "exercise"),
        checked("always"),
        cell(region('answer("stub.deaf", said=1)', "pass"), "exercise"),
        checked("deaf"),
        cell('make("starter-undeclared-wrong")', "exercise", "starter"),
        cell('make("starter-undeclared-right")', "exercise", "solution"),
        checked("starter-undeclared"),
        cell(
            'make("starter-words-wrong")', "exercise", "starter", expect="not yet", says="the moon"
        ),
        cell('make("starter-words-right")', "exercise", "solution"),
        checked("starter-words"),
    ]


def test_every_kind_of_deviation_is_seen(author: Any) -> None:
    slugs = [
        *("starter-passes", "misconception-passes", "wrong-words", "solution-fails", "always"),
        *("deaf", "starter-undeclared", "starter-words", "left-out"),
    ]
    rows = list(rehearse(author.section(slugs, faulty(author))))
    bad = {(r.exercise.removeprefix("stub."), r.case) for r in rows if not r.ok}
    assert bad == {
        ("starter-passes", "starter"),
        ("misconception-passes", "m"),
        ("wrong-words", "m"),
        ("solution-fails", "solution"),
        ("always", "fresh lab"),
        ("always", "starter"),
        ("always", "second run"),
        ("deaf", "closed port"),
        ("starter-undeclared", "starter"),
        ("starter-words", "starter"),
        ("left-out", "notebook"),
    }


def test_an_exercise_that_this_lab_cannot_show_is_solved_once_and_expected_to_say_so(
    author: Any, aws: Any
) -> None:
    section = author.section(
        ["good"],
        [author.cell('make("good-right")', "exercise"), author.checked("good")],
    )
    manifest = section.room / "section.toml"
    text = manifest.read_text()
    manifest.write_text(text.replace("core = true", 'core = true\nbackends = ["bare metal"]'))
    load_section.cache_clear()
    rows = list(rehearse(load_section("stub")))
    assert {(r.case, r.outcome) for r in rows if r.ok} == {
        ("fresh lab", "not runnable here"),
        ("not here", "not runnable here"),
        ("after Clean up", "not attempted"),
        ("second run", "not runnable here"),
    }
    assert len(rows) == 4


def test_an_exercise_that_needs_no_part_does_not_need_its_port(author: Any, aws: Any) -> None:
    section = author.section(
        ["deaf"],
        [author.cell('answer("stub.deaf", said=1)', "exercise"), author.checked("deaf")],
    )
    manifest = section.room / "section.toml"
    manifest.write_text(manifest.read_text().replace("core = true", "core = true\nparts = []"))
    load_section.cache_clear()
    cases = [row.case for row in rehearse(load_section("stub"))]
    assert cases == ["fresh lab", "starter", "solution", "after Clean up", "second run"]


ROWS = [
    Row("a.b", "starter", "not attempted", "not attempted", "○ a.b: [/] do it.", True),
    Row("a.b", "m", "not yet: … moon …", "passed", "✓ a.b: passed.", False),
]


def told(monkeypatch: pytest.MonkeyPatch, rows: list[Row]) -> None:
    """The command with these rows in the place of a rehearsal, and without a lab."""
    monkeypatch.setattr(module, "load_section", lambda name: name)
    monkeypatch.setattr(module, "own_lab", lambda *sections: nullcontext())
    monkeypatch.setattr(module, "rehearse", lambda section, wrong_answers, only: iter(rows))


@pytest.mark.parametrize(
    ("rows", "code"),
    [(ROWS[:1], 0), (ROWS, 1), ([], 1)],
    ids=["clean", "deviates", "nothing"],
)
def test_the_command_succeeds_only_where_every_case_came_out(
    monkeypatch: pytest.MonkeyPatch, rows: list[Row], code: int
) -> None:
    told(monkeypatch, rows)
    assert main("a") == code


def test_json_is_all_that_stands_on_standard_output(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    told(monkeypatch, ROWS)
    main("a", as_json=True)
    printed = json.loads(capsys.readouterr().out)
    assert [set(row) for row in printed] == [
        {"exercise", "case", "expected", "outcome", "message", "ok", "seconds"}
    ] * 2


def test_the_report_holds_what_the_learner_read_and_what_was_expected(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    told(monkeypatch, ROWS)
    main("a")
    said = capsys.readouterr().out
    assert "○ a.b: [/] do it." in said
    assert "expected: not yet: … moon …" in said
    assert "1 of 2 cases" in said


def test_a_check_that_says_nothing_passes_in_no_lab() -> None:
    assert "no outcome" not in module.EMPTY_LAB
    assert Kind.PASSED not in module.EMPTY_LAB

"""Linting: a sound section has no problem; each thing that doesn't hold is named with its file."""

from __future__ import annotations

import ast
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from cloudlab import cli
from cloudlab.authoring.lint import codes, lint, lint_workbook, main
from cloudlab.lab.errors import UsageError
from cloudlab.learning.sections import load_section

Edit = Callable[[str, str], None]

HEAD = """
title = "Sound"
notebook = "01-sound.ipynb"
minutes = 40
parts = []
assumes = []
needs = ["port"]
teaches = ["route"]

[objectives]
one = "Do one thing."
other = "Do another."
"""

EXERCISE = """
[[exercises]]
name = "{name}"
title = "Exercise {name}"
objective = "{objective}"
core = true
minutes = 6
teaches = ["term {name}"]
first_hint = {{ default = "Look at {name} again.", red = "Why is {name} red?" }}
hints = ["The answer to {name} is green."]
"""

PREDICTION = """
[exercises.prediction]
question = "Which colour?"
choices = { red = "Red.", green = "Green." }
"""

CHECK = '''

@check("sound.{name}")
def {name}(lab):
    """The thing is green."""
    return judge(lab)
'''

CHECKS = """
from cloudlab.learning.checks import check
from cloudlab.learning.outcomes import not_attempted, not_yet, passed


def judge(lab):
    colour = "red" if lab else "blue"
    if lab is None:
        return not_yet(colour, seen=f"It is {colour}.", expected="green.", look="the thing.")
    return passed("It is green.", shows="green")
"""

ROOT = """
title = "Root"
notebook = "00-root.ipynb"
minutes = 30
parts = []
assumes = ["python"]
needs = ["python"]
teaches = ["port"]

[objectives]
one = "Begin."
"""

NAMES = ("a", "b", "c", "d", "e")


def write(file: Path, text: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)


def wrong(room: Path, slug: str, name: str, front: str, source: str) -> None:
    write(room / "misconceptions" / slug / f"{name}.py", f"{front}{source}\n")


@pytest.fixture
def room(checkout: Path) -> Path:
    """A checkout with a root and a full section, both sound."""
    room = checkout / "labs" / "sound"
    exercises = [
        EXERCISE.format(name=name, objective="other" if name == "e" else "one") for name in NAMES
    ]
    write(room / "section.toml", HEAD + "".join(exercises) + PREDICTION)
    write(room / "checks.py", CHECKS + "".join(CHECK.format(name=name) for name in NAMES))
    for name in NAMES:
        for colour in ("red", "blue"):
            front = f"#| expect: not yet\n#| says: It is {colour}\n"
            wrong(room, name, f"paints-{colour}", front, f"paint({colour!r})")
    root = checkout / "labs" / "root"
    exercise = EXERCISE.format(name="z", objective="one").replace("minutes = 6", "minutes = 1")
    write(root / "section.toml", ROOT + exercise)
    own = (CHECKS + CHECK.format(name="z")).replace("sound.", "root.")
    write(root / "checks.py", own.replace(', shows="green"', ""))
    for name in ("x", "y"):
        wrong(root, "z", name, "#| expect: not attempted\n#| says: paint\n", name)
    return room


@pytest.fixture
def edit(room: Path) -> Edit:
    """Replace words in a file of the room, which must be there."""

    def replace(old: str, new: str, file: str = "section.toml") -> None:
        text = (room / file).read_text()
        assert old in text
        (room / file).write_text(text.replace(old, new, 1))

    return replace


def problems() -> list[str]:
    return lint_workbook()


def test_a_sound_workbook_has_no_problem(room: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert problems() == []
    assert lint(load_section("sound")) == []
    assert (main(), main("sound")) == (0, 0)
    assert capsys.readouterr().out == "no problem\n" * 2


def test_the_command_takes_a_section_or_none(room: Path) -> None:
    assert cli.main(["lint"]) == cli.main(["lint", "sound"]) == 0
    assert cli.main(["lint", "soun"]) == 2


def test_problems_are_printed_a_line_each(edit: Edit, capsys: pytest.CaptureFixture[str]) -> None:
    edit('objective = "other"', 'objective = "one"')
    assert main("sound") == 1
    assert capsys.readouterr().out.splitlines() == [
        "labs/sound/section.toml: no exercise serves the objective 'other': write one, or drop it.",
        "1 problems",
    ]


def test_a_manifest_that_does_not_load_is_a_problem(
    edit: Edit, capsys: pytest.CaptureFixture[str]
) -> None:
    edit('title = "Sound"', 'titel = "Sound"')
    assert main() == main("sound") == 1
    assert "labs/sound/section.toml" in capsys.readouterr().out


def test_a_section_that_is_none_is_a_wrong_word(room: Path) -> None:
    with pytest.raises(UsageError, match="There is no section 'soun'"):
        main("soun")


MANIFEST = {
    "a name twice": ('name = "b"', 'name = "a"', "two exercises are named 'a'"),
    "a title twice": ("Exercise b", "Exercise a", "two exercises are titled 'Exercise a'"),
    "an unknown objective": ('objective = "one"', 'objective = "x"', "a serves the objective 'x'"),
    "an idle objective": ('objective = "other"', 'objective = "one"', "serves the objective 'oth"),
    "a hint twice": ("The answer to a is green.", "Why is a red?", "a has a hint twice"),
    "a hint that says nothing": ("The answer to a is green.", "Think.", "a has a hint of one"),
    "a long exercise": ("minutes = 6", "minutes = 26", "a takes 26 minutes"),
    "too much for the time": ("minutes = 40", "minutes = 29", "take 30 minutes, the section 29"),
    "a long section": ("minutes = 40", "minutes = 61", "minutes = 61: the core"),
    "too few core exercises": ("core = true", "core = false", "4 exercises are core"),
    "an unknown tool": ("parts = []", 'parts = []\ntools = ["x"]', "the tool 'x' has no row"),
    "an unknown image": ("parts = []", 'parts = []\nimages = ["x"]', "the image 'x' has no row"),
    "a part untold": ("parts = []", 'parts = ["aws"]', "with LAB_AWS=external no [[real"),
    "a backend untold": (
        "parts = []",
        'parts = ["containers"]\n'
        'reality = [{ backends = ["Docker Engine"], what = "W", here = "h.", cloud = "c." }]',
        "it may run on Podman",
    ),
    "a command for nothing": (
        "parts = []",
        'parts = []\napplied_by = { command = "make", files = [".x"] }',
        "applied_by names",
    ),
    "a second root": ("assumes = []", 'assumes = ["bash"]', "only the first assumes"),
    "a gap": ('needs = ["port"]', 'needs = ["subnet"]', "'subnet', which no section teaches"),
    "itself": ('needs = ["port"]', 'needs = ["route"]', "'route' and teaches it itself"),
    "a term twice": ('["term b"]', '["term a"]', "a and b both teach 'term a'"),
    "a hint that never comes": (", red = ", ", pink = ", "first_hint of a waits for 'pink'"),
    "an exercise unchecked": ('name = "e"', 'name = "f"', 'no function is @check("sound.f")'),
}


@pytest.mark.parametrize("case", MANIFEST)
def test_each_rule_of_a_manifest_can_fail(edit: Edit, case: str) -> None:
    old, new, said = MANIFEST[case]
    edit(old, new)
    found = problems()
    assert any(said in one and one.startswith("labs/sound/") for one in found), found


def test_a_project_takes_what_time_it_needs(room: Path, edit: Edit) -> None:
    text = (room / "section.toml").read_text()
    (room / "section.toml").write_text(text.replace("core = true", "core = false", 4))
    edit("minutes = 40", "minutes = 90")
    assert len(problems()) == 3
    edit("minutes = 90", "minutes = 90\nproject = true")
    load_section.cache_clear()
    assert problems() == []


def test_minutes_that_nobody_needs_are_a_problem(room: Path) -> None:
    text = (room / "section.toml").read_text().replace("\nminutes = 6", "\nminutes = 2")
    (room / "section.toml").write_text(text)
    assert any("of 40 minutes the core exercises take 10" in one for one in problems())


def test_what_is_taught_later_is_named(room: Path, edit: Edit) -> None:
    root = room.parent / "root" / "section.toml"
    root.write_text(root.read_text().replace('needs = ["python"]', 'needs = ["route"]'))
    assert problems() == [
        "labs/root/section.toml: it needs 'route', taught later, by sound: teach it before."
    ]


def test_the_first_section_assumes_python(room: Path) -> None:
    root = room.parent / "root" / "section.toml"
    root.write_text(root.read_text().replace('assumes = ["python"]', "assumes = []"))
    assert 'labs/root/section.toml: it is the first section: assumes = ["python"].' in problems()


def test_hints_and_terms_beyond_the_number_are_refused_on_loading(edit: Edit) -> None:
    edit('hints = ["The answer to a is green."]', "hints = []")
    with pytest.raises(UsageError, match="hints"):
        load_section("sound")
    edit("hints = []", 'hints = ["one hint", "two hint", "three hint"]')
    with pytest.raises(UsageError, match="hints"):
        load_section("sound")


CHECKED = {
    "a goal of two lines": ('is green."""', 'is green.\n    Or not."""', "its goal: one sentence"),
    "a check without an exercise": ("sound.a", "sound.old", "sound.old is checked, and"),
    "a code that is computed": ("not_yet(colour,", "not_yet(lab.colour,", "checks.py, line 9"),
    "no answer to a prediction": ('shows="green"', 'shows=""', "answers the prediction of e"),
    "an answer to none": ('shows="green"', 'shows="grey"', "shows='grey' is no prediction's"),
    "one message for two states": (
        'f"It is {colour}."',
        '"No."',
        "blue and red say the same (No.)",
    ),
}


@pytest.mark.parametrize("case", CHECKED)
def test_each_rule_of_the_checks_can_fail(room: Path, edit: Any, case: str) -> None:
    old, new, said = CHECKED[case]
    edit(old, new, "checks.py")
    found = problems()
    assert any(said in one and one.startswith("labs/sound/checks") for one in found), found


FRONT = "#| expect: not yet\n#| says: It is red\n"
ANSWERS = {
    "no such exercise": ("old/m.py", FRONT, "misconceptions/old: no exercise has that name"),
    "nothing reads it": ("a/notes.md", "", "a/notes.md: nothing reads it"),
    "no front matter": ("a/m.py", "paint()", "a: m.py doesn't say what it expects"),
    "the lab's doing": ("a/m.py", "#| expect: lab fault\n#| says: x\nx", "a/m: no answer can come"),
    "the same answer": ("a/m.py", FRONT + "paint('red')", "m and paints-red are the same answer"),
}


@pytest.mark.parametrize("case", ANSWERS)
def test_each_rule_of_wrong_answers_can_fail(room: Path, case: str) -> None:
    file, text, said = ANSWERS[case]
    write(room / "misconceptions" / file, text)
    found = problems()
    assert [one for one in found if said in one], found
    assert len(found) == 1


def test_a_second_right_answer_is_no_wrong_one(room: Path) -> None:
    file = room / "misconceptions" / "a" / "paints-red.py"
    file.write_text("#| expect: passed\npaint('green')\n")
    [problem] = problems()
    assert problem.startswith("labs/sound/misconceptions/a: 1 wrong answers")


def test_an_exercise_without_wrong_answers_is_a_problem(room: Path) -> None:
    for file in (room / "misconceptions" / "a").iterdir():
        file.unlink()
    (room / "misconceptions" / "a").rmdir()
    [problem] = problems()
    assert problem.startswith("labs/sound/misconceptions/a: 0 wrong answers")


def test_what_stands_in_a_package_of_checks_is_read_too(room: Path) -> None:
    package = room / "checks"
    package.mkdir()
    (room / "checks.py").rename(package / "__init__.py")
    assert problems() == []


@pytest.mark.parametrize(
    ("expression", "found"),
    [
        ("'a'", {"a"}),
        ("'a' if x else 'b'", {"a", "b"}),
        ("'a' if x else 'b' if y else 'c'", {"a", "b", "c"}),
        ("name", {"d", "e"}),
        ("{1: 'a', 2: 'b'}[x]", {"a", "b"}),
        ("g()", {"d", "e"}),
        ("elsewhere()", None),
        ("h()", None),
        ("x.name", None),
        ("f'{x}'", None),
        ("parameter", None),
        ("loop", None),
        ("name if x else parameter", None),
    ],
)
def test_a_code_is_told_where_it_is_written_out(expression: str, found: set[str] | None) -> None:
    module = ast.parse(
        "def f(parameter):\n    name = 'd'\n    name = 'e'\n    loop = loop or 'f'\n"
        "def g():\n    return 'd' if x else other()\n"
        "def other():\n    return 'e'\n"
        "def h():\n    return i()\n"
        "def i():\n    return h()\n"
    )
    node = ast.parse(expression, mode="eval").body
    assert codes.texts(node, codes.Scope(module.body[0], module)) == found


def test_the_codes_of_every_check_are_the_runners() -> None:
    assert "saved-not-applied" in codes.COMMON_CODES
    assert "" not in codes.COMMON_CODES

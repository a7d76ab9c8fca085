"""Manifests: what is read, what is refused, and in which words."""

from __future__ import annotations

from pathlib import Path

import pytest

from cloudlab.lab.errors import UsageError
from cloudlab.learning.sections import Applied, Section, find_exercise, load_section, section_names

from .conftest import rewrite


def test_a_manifest_is_read_with_its_exercises_in_order(section: Section) -> None:
    assert [e.name for e in section.exercises] == ["make-table", "say-it"]
    assert section.room.name == section.name == "fake"
    assert section.tag == {"Section": "fake"}


def test_a_full_name_leads_to_its_section_and_exercise(section: Section) -> None:
    found, exercise = find_exercise("fake.say-it")
    assert (found.name, exercise.title) == ("fake", "Say it")
    assert found.full_name(exercise) == "fake.say-it"


def test_an_unknown_exercise_is_answered_with_those_that_exist(section: Section) -> None:
    with pytest.raises(UsageError, match=r"fake\.make-table, fake\.say-it"):
        find_exercise("fake.nothing")


def test_an_unknown_section_is_answered_with_those_that_exist(section: Section) -> None:
    with pytest.raises(UsageError, match="The sections are: fake"):
        load_section("nothing")


def test_a_name_without_a_dot_is_explained(section: Section) -> None:
    with pytest.raises(UsageError, match=r"section\.exercise"):
        find_exercise("make-table")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("minutes = 15", "minutes = 0"),
        ("minutes = 15", "minuts = 15"),
        ('name = "say-it"', 'name = "Say it"'),
        ('hints = ["It is a number."]', "hints = []"),
        ("title = ", "title = = "),
        ("core = false", 'core = false\nteaches = ["a", "b", "c"]'),
        ('first_hint = { default = "Count." }', 'first_hint = { other = "Count." }'),
        ("minutes = 15", 'minutes = 15\nname = "other"'),
        ("minutes = 15", "minutes = 15\nports = { WEB = 8080 }"),
        ("minutes = 15", "minutes = 15\nports = { WEB_PORT = 80 }"),
        ("core = false", 'core = false\nparts = ["boats"]'),
        ("core = false", "core = false\nbackends = []"),
        ("core = false", "core = false\nwaits = 0"),
        ("minutes = 15", 'minutes = 15\ndivide_at = "make-table"'),
        ("minutes = 15", 'minutes = 15\ndivide_at = "moon"'),
    ],
    ids=[
        "no minutes",
        "misspelt key",
        "name with a blank",
        "no hints",
        "no TOML",
        "three new terms",
        "no default hint",
        "a name beside the folder's",
        "a port's variable that isn't called so",
        "a port that needs root",
        "a part that the section doesn't have",
        "no backend",
        "no patience",
        "nothing before the division",
        "a division at no exercise",
    ],
)
def test_a_faulty_manifest_is_named_and_refused(section: Section, old: str, new: str) -> None:
    with pytest.raises(UsageError, match=r"labs/fake/section\.toml"):
        rewrite(section, old, new)


def test_one_command_that_applies_files_is_a_list_of_one(section: Section) -> None:
    one = Applied(command="make apply", files=[".tf", ".sh"])
    assert section.applied_by == [one]
    old = 'applied_by = { command = "make apply", files = [".tf", ".sh"] }'
    new = 'applied_by = [{ command = "a b", files = ["Dockerfile"], each = true }]'
    assert rewrite(section, old, new).applied_by == [
        Applied(command="a b", files=["Dockerfile"], each=True)
    ]


def test_what_a_section_publishes_and_builds_on_is_read(section: Section) -> None:
    more = 'minutes = 15\nimages = ["node"]\nports = { WEB_PORT = 8080 }\nproject = true'
    changed = rewrite(section, "minutes = 15", more)
    assert (changed.images, changed.ports, changed.project) == (["node"], {"WEB_PORT": 8080}, True)
    assert (section.images, section.ports, section.project) == ([], {}, False)


def test_an_exercise_may_need_less_than_its_section(section: Section) -> None:
    changed = rewrite(section, "core = false", "core = false\nparts = []\nwaits = 60")
    assert [e.parts for e in changed.exercises] == [None, []]
    assert changed.exercises[1].waits == 60


def test_sections_come_in_the_order_of_their_notebooks(section: Section, checkout: Path) -> None:
    first = checkout / "labs" / "zebra"
    first.mkdir()
    text = (section.room / "section.toml").read_text()
    (first / "section.toml").write_text(text.replace("90-fake", "10-zebra"))
    assert section_names() == ["zebra", "fake"]


def test_a_folder_without_a_manifest_is_no_section(section: Section, checkout: Path) -> None:
    (checkout / "labs" / "notes").mkdir()
    assert section_names() == ["fake"]

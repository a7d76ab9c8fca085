"""Discovery: registries of kinds that no misconception file lists."""

from __future__ import annotations

import json

import pytest

from cloudlab.learning.outcomes import Kind

from .conftest import Judge, says, told

ONE, TWO = "shop 10.0.0.1:80", "shop 10.0.0.2:80"


def registry(*lines: str) -> dict[str, object]:
    """The registry's own answer, from the story's lines."""
    listed = [
        {"name": name, "id": id_, "health": life == "alive"}
        for name, id_, life in (line.split() for line in lines)
    ]
    return {":8082/services": says(text=json.dumps(listed))}


def story(*looks: list[str]) -> object:
    return told(*({"registry": look} for look in looks))


def test_one_alive_and_one_silent_passes(judge: Judge) -> None:
    looks = story([f"{ONE} alive", f"{TWO} alive"], [f"{ONE} alive", f"{TWO} silent"])
    outcome = judge("discovery", observations=looks, web=registry())
    assert (outcome.passed, outcome.shows) == (True, "silent")


def test_without_a_story_the_registry_itself_is_enough(judge: Judge) -> None:
    assert judge("discovery", web=registry(f"{ONE} alive", f"{TWO} silent")).passed


@pytest.mark.parametrize(
    ("lines", "code"),
    [
        ([f"{ONE} alive"], "one-instance"),
        (["shop-1 10.0.0.1:80 alive", "shop-2 10.0.0.2:80 silent"], "two-names"),
        ([f"{ONE} silent", f"{TWO} silent"], "all-silent"),
        ([f"{ONE} alive", f"{TWO} alive"], "settling"),
    ],
)
def test_what_is_listed_is_told_apart(judge: Judge, lines: list[str], code: str) -> None:
    assert judge("discovery", observations=story(lines), web=registry(*lines)).code == code


def test_who_was_taken_out_did_not_fall_silent(judge: Judge) -> None:
    looks = story([f"{ONE} alive", f"{TWO} alive"], [f"{ONE} alive"])
    assert (
        judge("discovery", observations=looks, web=registry(f"{ONE} alive")).code == "deregistered"
    )


def test_the_example_of_another_name_is_no_try(judge: Judge) -> None:
    lines = ["page 10.0.0.7:3000 silent"]
    outcome = judge("discovery", observations=story(lines), web=registry(*lines))
    assert outcome.kind is Kind.NOT_ATTEMPTED


def test_no_registry_is_no_try(judge: Judge) -> None:
    assert judge("discovery").kind is Kind.NOT_ATTEMPTED
    assert judge("discovery", web=registry()).kind is Kind.NOT_ATTEMPTED

"""What this machine can't show: said of the exercises that need it, and of no other."""

from __future__ import annotations

import pytest

from cloudlab.lab.state import LabState, PartState
from cloudlab.learning.missing import absent, at_hand, missing_for
from cloudlab.learning.sections import Section

from .conftest import rewrite


def part(need: str, backend: str, failure: str | None = None) -> PartState:
    return PartState(
        name=need, title=need, backend=backend, fidelity="real", need=need, failure=failure
    )


@pytest.fixture
def two_needs(section: Section) -> Section:
    """One exercise needs both parts, the other AWS alone."""
    rewrite(section, 'parts = ["aws"]', 'parts = ["aws", "containers"]')
    return rewrite(section, "core = false", 'core = false\nparts = ["aws"]')


UP = LabState(parts={"aws": part("aws", "stub"), "containers": part("containers", "Podman")})
FAILED = LabState(parts={**UP.parts, "containers": part("containers", "Podman", "no engine")})


def test_with_all_parts_nothing_is_missing(two_needs: Section) -> None:
    assert absent(two_needs, UP) == []
    assert [missing_for(two_needs, one, UP) for one in two_needs.exercises] == [None, None]
    assert at_hand(two_needs, UP) == ["aws", "containers"]


def test_a_part_that_failed_is_missing_where_it_is_needed(two_needs: Section) -> None:
    assert absent(two_needs, FAILED) == ["containers"]
    assert at_hand(two_needs, FAILED) == ["aws"]
    needing, other = two_needs.exercises
    found = missing_for(two_needs, needing, FAILED)
    assert found is not None
    assert (found.why, "doctor" in found.where) == (
        "It needs containers, and this lab runs without.",
        True,
    )
    assert missing_for(two_needs, other, FAILED) is None


def test_a_part_that_was_switched_off_is_missing(
    two_needs: Section, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LAB_CONTAINERS", "none")
    assert absent(two_needs, LabState()) == ["containers"]


def test_a_lab_that_is_down_is_no_lab_without(two_needs: Section) -> None:
    assert absent(two_needs, LabState()) == []


def test_where_nothing_could_be_done_without_it_it_is_not_done_without(section: Section) -> None:
    broken = LabState(parts={"aws": part("aws", "stub", "it ended")})
    assert absent(section, broken) == []
    assert missing_for(section, section.exercises[0], broken) is None


def test_an_exercise_of_other_backends_is_missing_them(section: Section) -> None:
    changed = rewrite(section, "core = false", 'core = false\nbackends = ["LocalStack"]')
    one, other = changed.exercises
    assert missing_for(changed, one, UP) is None
    found = missing_for(changed, other, UP)
    assert found is not None
    assert "LAB_AWS" in found.where
    assert missing_for(changed, other, LabState()) is None, "while nothing runs, nothing is known"
    there = LabState(parts={"aws": part("aws", "LocalStack")})
    assert missing_for(changed, other, there) is None

"""Data: stories of rows that no misconception file tells."""

from __future__ import annotations

import sys
from typing import Any

from cloudlab.learning.checks import load_room
from cloudlab.learning.outcomes import Kind

from .conftest import Box, Judge, told

load_room("containers")
facts = sys.modules["labs_containers_checks.facts"]

OLD = "0123456789ab"
ADA, EVE = "100.5 Ada", "101.5 Eve"


def database(**settings: Any) -> Box:
    return Box("containers-db-1", service="db", **settings)


NEW = database().id[:12]


def look(id_: str, *rows: str) -> dict[str, Any]:
    return {"database": [f"{id_} 99.000"], "rows": list(rows)}


def test_the_row_in_another_container_passes(judge: Judge) -> None:
    story = told(look(OLD), look(OLD, ADA), {}, look(NEW, ADA))
    outcome = judge("data", database(), observations=story)
    assert (outcome.passed, outcome.shows) == (True, "volume")


def test_a_row_more_does_no_harm(judge: Judge) -> None:
    story = told(look(OLD, ADA), look(NEW, ADA, EVE))
    assert judge("data", database(), observations=story).passed


def test_one_row_of_two_is_lost(judge: Judge) -> None:
    story = told(look(OLD, ADA, EVE), look(NEW, ADA))
    assert judge("data", database(), observations=story).code == "lost"


def test_the_same_words_at_another_time_are_another_row(judge: Judge) -> None:
    story = told(look(OLD, ADA), look(NEW, "200.5 Ada"))
    assert judge("data", database(), observations=story).code == "made-again"


def test_a_volume_elsewhere_is_told(judge: Judge) -> None:
    mounts = [{"Type": "volume", "Name": "containers_rows", "Destination": "/data"}]
    story = told(look(OLD, ADA), look(NEW))
    assert judge("data", database(mounts=mounts), observations=story).code == "other-place"


def test_a_volume_without_a_name_is_none(judge: Judge) -> None:
    mounts = [{"Type": "volume", "Name": "0a1b" * 16, "Destination": "/var/lib/postgresql/data"}]
    story = told(look(OLD, ADA), look(NEW))
    assert judge("data", database(mounts=mounts), observations=story).code == "lost"


def test_the_same_container_proves_nothing(judge: Judge) -> None:
    story = told(look(NEW), look(NEW, ADA))
    assert judge("data", database(), observations=story).kind is Kind.NOT_ATTEMPTED


def test_a_database_that_does_not_answer_yet_is_waited_for(judge: Judge) -> None:
    story = told(look(OLD, ADA), {"database": [], "rows": []})
    assert judge("data", database(), observations=story).kind is Kind.SETTLING


def test_standings_and_apis_survive_the_story() -> None:
    for line in ("web 0123456789ab running healthy", "db 0123456789ab exited"):
        assert str(facts.Standing.read(line)) == line
    assert str(facts.Api.read("0123456789ab 12.345 503")) == "0123456789ab 12.345 503"

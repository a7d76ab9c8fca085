"""The first notebook's checks: answers and commands of kinds that no misconception file lists."""

from __future__ import annotations

from ipaddress import IPv4Network
from typing import Any

import pytest

from cloudlab.learning.checks import load_room
from cloudlab.learning.outcomes import Kind, Outcome
from cloudlab.learning.record import Command, Record
from cloudlab.learning.sections import load_section
from cloudlab.learning.view import LabView


def judged(exercise: str, **story: Any) -> Outcome:
    """What the check says to a story that was kept on disk, as it is between two cells."""
    kept = Record(section="start", memory_id="", **story).model_dump_json()
    view = LabView(load_section("start"), Record.model_validate_json(kept))
    return load_room("start").checks[exercise](view)


def sliced(cidr: Any) -> Outcome:
    return judged("start.slice", answers={"start.slice": {"cidr": cidr}})


def ran(*lines: tuple[str, int]) -> Outcome:
    commands = [
        Command(line=line, exit_code=code, started=at, ended=at)
        for at, (line, code) in enumerate(lines)
    ]
    return judged("start.environment", commands=commands)


@pytest.mark.parametrize("cidr", [" 10.0.3.0/24 ", IPv4Network("10.0.3.0/24")])
def test_a_right_slice_passes_in_whatever_form(cidr: Any) -> None:
    assert sliced(cidr).passed


@pytest.mark.parametrize(
    ("cidr", "code"),
    [
        ("", "not-attempted"),
        ("24", "no-slice"),
        (24, "no-slice"),
        ("2001:db8::/120", "no-slice"),
        ("10.0.3.0/-24", "no-slice"),
        ("10.0.256.0/24", "no-slice"),
        ("10.0.2.0/23", "size"),
        ("10.0.0.0/16", "size"),
        ("192.168.3.0/24", "outside"),
        ("10.1.0.0/24", "outside"),
        ("10.0.2.0/24", "overlap"),
        ("10.0.3.255/24", "host-bits"),
    ],
)
def test_a_wrong_slice_is_told_why(cidr: Any, code: str) -> None:
    assert sliced(cidr).code == code


def test_a_variable_that_arrives_passes_whatever_was_tried_before() -> None:
    assert ran(("export TEAM=blue", 0), ("printenv TEAM", 1), ("printenv TEAM", 0)).passed


@pytest.mark.parametrize(
    ("lines", "code"),
    [
        ([], "not-attempted"),
        ([("printenv", 0)], "not-attempted"),
        ([("export COLOUR=blue", 0), ("printenv COLOUR", 1)], "not-attempted"),
        ([("printenv TEAM", 1)], "unset"),
        ([("export COLOUR=blue", 0), ("printenv TEAM", 1)], "unset"),
        ([("export TEAM=blue", 0), ("printenv TEAM", 1)], "export"),
        ([("export TEAM=blue; printenv TEAM", 0)], "one-line"),
        ([("TEAM=blue printenv TEAM", 0)], "one-line"),
    ],
)
def test_a_variable_that_does_not_arrive_is_told_why(
    lines: list[tuple[str, int]], code: str
) -> None:
    assert ran(*lines).code == code


@pytest.mark.parametrize(
    ("experiment", "shows"),
    [
        ([], ""),
        ([("printenv COLOUR", 1)], ""),
        ([("export COLOUR=blue", 0), ("printenv COLOUR", 1)], "gone"),
    ],
)
def test_only_the_experiment_answers_the_prediction(
    experiment: list[tuple[str, int]], shows: str
) -> None:
    assert ran(*experiment, ("printenv TEAM", 0)).shows == shows


def bucket(**settings: Any) -> dict[str, Any]:
    return {"region": "us-west-2", "versioning": "Enabled", **settings}


class Buckets:
    """Stands for S3: name → settings, made in this order."""

    def __init__(self, found: dict[str, dict[str, Any]]) -> None:
        self.found = found

    def list_buckets(self) -> dict[str, Any]:
        return {"Buckets": [{"Name": n, "CreationDate": at} for at, n in enumerate(self.found)]}

    def get_bucket_location(self, Bucket: str) -> dict[str, Any]:
        return {"LocationConstraint": self.found[Bucket]["region"]}

    def get_bucket_versioning(self, Bucket: str) -> dict[str, Any]:
        return {"Status": self.found[Bucket]["versioning"]}


@pytest.mark.parametrize(
    ("found", "code"),
    [
        ({"start-a": bucket()}, ""),
        ({"start-example": bucket()}, ""),
        ({"start-b": bucket(), "start-a": bucket(versioning=None)}, ""),
        ({"start-before": bucket(), "start-a": bucket(versioning=None)}, "unversioned"),
        ({"start-a": bucket(region=None)}, "region"),
        ({"start-a": bucket(versioning="Suspended")}, "suspended"),
        (
            {"start-z": bucket(region="eu-west-1"), "start-a": bucket(versioning=None)},
            "unversioned",
        ),
    ],
)
def test_the_newest_bucket_speaks_unless_one_is_right(
    found: dict[str, Any], code: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cloudlab.lab.aws.client", lambda service: Buckets(found))
    assert judged("start.bucket", inventory={"bucket": ["start-before"]}).code == code


@pytest.mark.parametrize(
    ("left", "kind"),
    [
        ({}, Kind.NOT_ATTEMPTED),
        ({"bucket": ["start-example"]}, Kind.NOT_ATTEMPTED),
        ({"bucket": ["first"]}, Kind.NOT_YET),
    ],
)
def test_a_bucket_of_another_name_is_seen(
    left: dict[str, list[str]], kind: Kind, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cloudlab.lab.aws.client", lambda service: Buckets({}))
    monkeypatch.setattr(LabView, "leftovers", lambda view: left)
    assert judged("start.bucket").kind == kind

"""The registry of checks, and what `evaluate` makes of a live lab, a settling one, a dead one."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError, ReadTimeoutError

from cloudlab.lab.errors import Unreachable, UsageError
from cloudlab.lab.state import ProcessId, save_state
from cloudlab.learning import checks
from cloudlab.learning.checks import evaluate, lab_faults, load_room
from cloudlab.learning.outcomes import Kind
from cloudlab.learning.record import Command, changing_record, load_record
from cloudlab.learning.sections import Section

from .conftest import rewrite


def add_to_checks(section: Section, text: str) -> None:
    """Write more into the room's checks.py, and make the next loading see it."""
    file = section.room / "checks.py"
    file.write_text(file.read_text() + text)
    checks._rooms.clear()


def test_a_room_registers_its_checks_facts_and_outages(section: Section) -> None:
    room = load_room("fake")
    assert set(room.checks) == {"fake.make-table", "fake.say-it"}
    assert set(room.outages) == {"dropped"}
    assert room.watch is not None


def test_a_room_is_loaded_once(section: Section) -> None:
    assert load_room("fake") is load_room("fake")


def test_a_package_of_checks_loaded_anew_registers_all_of_them(section: Section) -> None:
    package = section.room / "checks"
    package.mkdir()
    (section.room / "checks.py").rename(package / "tables.py")
    (package / "__init__.py").write_text("from . import tables\n")
    for _ in range(2):
        assert set(load_room("fake").checks) == {"fake.make-table", "fake.say-it"}
        checks._rooms.clear()


def test_outages_may_stand_in_a_file_of_their_own(section: Section) -> None:
    (section.room / "outages.py").write_text(
        "from cloudlab.learning.checks import outage\n"
        '@outage("slow", symptom="Pages are slow.")\n'
        "def slow(lab): ...\n"
    )
    assert set(load_room("fake").outages) == {"dropped", "slow"}


def test_a_check_without_its_goal_is_refused(section: Section) -> None:
    add_to_checks(section, '\n@check("fake.other")\ndef other(lab): ...\n')
    with pytest.raises(TypeError, match=r"fake\.other has no docstring"):
        load_room("fake")


def test_two_checks_of_one_exercise_are_refused(section: Section) -> None:
    add_to_checks(section, '\n@check("fake.say-it")\ndef again(lab):\n    """Goal."""\n')
    with pytest.raises(ValueError, match="two checks"):
        load_room("fake")


def test_a_room_that_failed_to_load_is_loaded_again(section: Section) -> None:
    text = (section.room / "checks.py").read_text()
    add_to_checks(section, '\nraise ValueError("broken")\n')
    with pytest.raises(ValueError, match="broken"):
        load_room("fake")
    (section.room / "checks.py").write_text(text)
    assert load_room("fake").checks


def test_a_check_is_registered_by_a_room_alone() -> None:
    with pytest.raises(RuntimeError, match="load_room"):
        checks.watch(lambda lab: {})


def test_a_section_without_checks_is_told_what_is_missing(section: Section) -> None:
    (section.room / "checks.py").unlink()
    with pytest.raises(UsageError, match=r"checks\.py is missing"):
        load_room("fake")


def test_an_exercise_without_a_check_is_told_so(connected: Section) -> None:
    load_room("fake").checks.pop("fake.say-it")
    with pytest.raises(UsageError, match=r"fake\.say-it"):
        evaluate("fake.say-it")


def test_before_connect_nothing_is_judged(section: Section, cloud: Any) -> None:
    cloud.tables = {"orders"}
    outcome = evaluate("fake.make-table")
    assert outcome.kind is Kind.NOT_ATTEMPTED
    assert 'connect("fake")' in outcome.look


def test_an_empty_lab_is_not_attempted(connected: Section) -> None:
    assert evaluate("fake.make-table").kind is Kind.NOT_ATTEMPTED


def test_the_live_lab_decides(connected: Section, cloud: Any) -> None:
    cloud.tables = {"order"}
    assert evaluate("fake.make-table").code == "other-name"
    cloud.tables = {"orders"}
    assert evaluate("fake.make-table").passed


def test_what_a_check_saw_is_noted(connected: Section, cloud: Any) -> None:
    cloud.tables = {"orders"}
    evaluate("fake.make-table")
    observations = load_record("fake").observations  # type: ignore[union-attr]
    assert [o.facts["tables"] for o in observations] == [[], ["orders"]]


def test_a_lab_that_does_not_answer_is_the_labs_fault(connected: Section, cloud: Any) -> None:
    cloud.tables, cloud.down = {"orders"}, True
    outcome = evaluate("fake.make-table")
    assert outcome.kind is Kind.LAB_FAULT
    assert "cloudlab up" in outcome.look


def test_a_fault_of_the_check_is_no_lab_fault(connected: Section) -> None:
    add_to_checks(connected, '\n\n@watch\ndef broken(lab):\n    return {"x": 1 / 0}\n')
    with pytest.raises(ZeroDivisionError):
        evaluate("fake.make-table")


def test_a_settling_lab_is_looked_at_again(
    connected: Section, cloud: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checks, "SETTLE_PAUSE", 0.0)
    cloud.tables = {"creating"}
    said: list[str] = []

    def waiting(what: str) -> None:
        said.append(what)
        cloud.tables = {"orders"}

    assert evaluate("fake.make-table", waiting).passed
    assert said == ["the table is being created."]


def test_a_lab_that_never_settles_is_said_to_be_settling(
    connected: Section, cloud: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checks, "SETTLE_PAUSE", 0.01)
    cloud.tables = {"creating"}
    assert evaluate("fake.make-table").kind is Kind.SETTLING


def write(checkout: Path, seconds_ago: float) -> None:
    file = checkout / "work" / "fake" / "tables.tf"
    file.write_text("x")
    moment = time.time() - seconds_ago
    os.utime(file, (moment, moment))


def ran_apply(exit_code: int, seconds_ago: float) -> None:
    with changing_record("fake") as record:
        assert record is not None
        at = time.time() - seconds_ago
        record.add_command(Command(line="make apply", exit_code=exit_code, started=at, ended=at))


def test_an_answer_that_is_saved_and_not_applied_is_not_wrong_yet(
    connected: Section, checkout: Path
) -> None:
    write(checkout, seconds_ago=5)
    outcome = evaluate("fake.make-table")
    assert outcome.kind is Kind.SAVED
    assert "tables.tf: saved, and not applied yet" in outcome.seen


def test_what_a_lab_forgot_proves_nothing(connected: Section, lab_up: Any, cloud: Any) -> None:
    """A backend was started anew: the old story and the empty cloud don't belong together."""
    cloud.tables = {"orders"}
    assert evaluate("fake.make-table").passed
    lab_up.parts["aws"].processes = [ProcessId(pid=1, created=2.0)]
    save_state(lab_up)
    outcome = evaluate("fake.make-table")
    assert outcome.kind is Kind.NOT_ATTEMPTED
    assert 'connect("fake")' in outcome.look


def test_after_a_failed_apply_the_check_points_at_its_message(
    connected: Section, checkout: Path
) -> None:
    write(checkout, seconds_ago=5)
    ran_apply(exit_code=1, seconds_ago=1)
    assert "make apply failed" in evaluate("fake.make-table").seen


def test_what_is_applied_is_judged(connected: Section, checkout: Path, cloud: Any) -> None:
    cloud.tables = {"order"}
    write(checkout, seconds_ago=5)
    ran_apply(exit_code=0, seconds_ago=1)
    assert evaluate("fake.make-table").kind is Kind.NOT_YET


def test_a_pass_stays_one_whatever_is_saved_later(
    connected: Section, checkout: Path, cloud: Any
) -> None:
    cloud.tables = {"orders"}
    write(checkout, seconds_ago=0)
    assert evaluate("fake.make-table").passed


def test_an_exercise_that_the_lab_cannot_show_is_not_runnable(
    connected: Section, cloud: Any
) -> None:
    rewrite(connected, "core = true", 'core = true\nbackends = ["bare metal"]')
    cloud.tables = {"orders"}
    outcome = evaluate("fake.make-table")
    assert outcome.kind is Kind.NOT_RUNNABLE
    assert "LAB_AWS" in outcome.look


@pytest.mark.parametrize(
    "error",
    [
        EndpointConnectionError(endpoint_url="http://127.0.0.1:1"),
        ReadTimeoutError(endpoint_url="http://127.0.0.1:1"),
    ],
    ids=lambda e: type(e).__name__,
)
def test_a_client_that_gets_no_answer_means_an_unreachable_lab(error: Exception) -> None:
    with pytest.raises(Unreachable), lab_faults():
        raise error


def test_a_request_that_aws_refuses_comes_through() -> None:
    refusal = ClientError({"Error": {"Code": "InvalidVpcID.NotFound"}}, "DescribeVpcs")
    with pytest.raises(ClientError), lab_faults():
        raise refusal

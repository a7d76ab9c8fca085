"""`connect` and `answer`: safety first, then the record; a dead lab is said in two lines."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from cloudlab.lab.environment import NOWHERE
from cloudlab.lab.errors import LabError, Unreachable, UsageError
from cloudlab.lab.state import LabState, PartState, ProcessId, save_state
from cloudlab.learning import kernel, session
from cloudlab.learning.checks import load_room
from cloudlab.learning.errors import NotConnected
from cloudlab.learning.progress import changing_progress
from cloudlab.learning.record import load_record
from cloudlab.learning.sections import Section
from cloudlab.learning.session import after_cell, answer, connect, connected_section

from .conftest import rewrite

Output = pytest.CaptureFixture[str]


def test_connect_begins_a_record_with_what_was_there(
    section: Section, cloud: Any, lab_up: LabState
) -> None:
    cloud.tables = {"before"}
    connect("fake")
    record = load_record("fake")
    assert record is not None
    assert record.inventory == {"table": ["before"]}
    assert [o.facts for o in record.observations] == [{"tables": ["before"]}]


def test_connect_changes_to_the_sections_folder(connected: Section, checkout: Path) -> None:
    assert Path.cwd() == checkout / "work" / "fake"
    assert connected_section() == connected


def test_connect_says_what_is_real_here_and_where_files_are(
    section: Section, cloud: Any, lab_up: LabState, capsys: Output
) -> None:
    connect("fake")
    said = capsys.readouterr().out
    assert "Connected: A fake section (15 min)" in said
    assert "Tables: emulated by a stub. On a real cloud: they cost money." in said
    assert "work/fake" in said


def test_what_another_backend_would_be_is_not_said(
    section: Section, cloud: Any, lab_up: LabState, capsys: Output
) -> None:
    lab_up.parts["aws"].backend = "another"
    save_state(lab_up)
    connect("fake")
    assert "emulated by a stub" not in capsys.readouterr().out


def test_connecting_again_keeps_the_baseline(connected: Section, cloud: Any) -> None:
    cloud.tables = {"orders"}
    connect("fake")
    record = load_record("fake")
    assert record is not None
    assert record.inventory == {}
    assert [o.facts["tables"] for o in record.observations] == [[], ["orders"]]


def test_a_lab_that_forgot_gets_a_new_record(
    connected: Section, cloud: Any, lab_up: LabState
) -> None:
    answer("fake.say-it", number=1)
    lab_up.parts["aws"].processes = [ProcessId(pid=2, created=2.0)]
    save_state(lab_up)
    connect("fake")
    record = load_record("fake")
    assert record is not None
    assert record.answers == {}


def test_who_is_ahead_of_the_lab_is_offered_to_catch_up(
    section: Section, cloud: Any, lab_up: LabState, capsys: Output
) -> None:
    with changing_progress() as progress:
        progress.note_attempt("fake.make-table", passed=True)
    connect("fake")
    assert 'catch_up("fake.say-it")' in capsys.readouterr().out
    connect("fake")
    assert "catch_up" not in capsys.readouterr().out, "this lab remembers"


def test_who_has_solved_it_all_is_offered_nothing(
    section: Section, cloud: Any, lab_up: LabState, capsys: Output
) -> None:
    with changing_progress() as progress:
        progress.note_attempt("fake.make-table", passed=True)
        progress.note_attempt("fake.say-it", passed=True)
    connect("fake")
    assert "catch_up" not in capsys.readouterr().out


@pytest.mark.parametrize("failure", [None, "it didn't start"], ids=["down", "failed"])
def test_with_the_lab_down_nothing_can_reach_a_real_cloud(
    section: Section,
    cloud: Any,
    monkeypatch: pytest.MonkeyPatch,
    lab_up: LabState,
    failure: str | None,
) -> None:
    lab_up.parts["aws"].failure = failure
    save_state(lab_up if failure else LabState())
    monkeypatch.setenv("AWS_PROFILE", "production")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIAREAL")
    monkeypatch.setenv("AWS_ENDPOINT_URL_S3", "https://s3.amazonaws.com")
    with pytest.raises(NotConnected, match="cloudlab up fake"):
        connect("fake")
    assert os.environ["AWS_ENDPOINT_URL"] == NOWHERE
    assert os.environ["AWS_ACCESS_KEY_ID"] == "test"
    assert not {"AWS_PROFILE", "AWS_ENDPOINT_URL_S3"} & set(os.environ)
    assert load_record("fake") is None


def test_a_lab_that_was_killed_is_said_to_be_so(
    section: Section, cloud: Any, lab_up: LabState
) -> None:
    """The state file says that it's up; nothing answers."""
    cloud.down = True
    with pytest.raises(Unreachable, match="cloudlab up"):
        connect("fake")
    assert load_record("fake") is None


def test_a_section_that_does_not_exist_is_told_so(section: Section) -> None:
    with pytest.raises(UsageError, match="The sections are: fake"):
        connect("fak")


def test_after_a_cell_its_changes_are_noted(connected: Section, cloud: Any) -> None:
    cloud.tables = {"a"}
    after_cell("fake")
    after_cell("fake")
    record = load_record("fake")
    assert record is not None
    assert [o.facts["tables"] for o in record.observations] == [[], ["a"]]


def test_a_dead_lab_disturbs_no_cell(connected: Section, cloud: Any) -> None:
    cloud.down = True
    after_cell("fake")
    assert len(load_record("fake").observations) == 1  # type: ignore[union-attr]


def test_a_section_that_was_cleaned_up_is_not_noted(section: Section, cloud: Any) -> None:
    after_cell("fake")
    assert load_record("fake") is None


def test_before_connect_no_section_is_connected(section: Section) -> None:
    with pytest.raises(NotConnected, match="connect"):
        connected_section()


def test_answers_are_stored_and_repeated(connected: Section, capsys: Output) -> None:
    capsys.readouterr()
    answer("fake.say-it", number=2)
    answer("fake.say-it", why="I counted", number=1)
    assert load_record("fake").answers == {  # type: ignore[union-attr]
        "fake.say-it": {"number": 1, "why": "I counted"}
    }
    assert capsys.readouterr().out.splitlines()[0] == "fake.say-it: number = 2"


def test_dots_are_no_answer_yet(connected: Section, capsys: Output) -> None:
    """The learner's cell reads `answer("…", number=...)` before it's filled in."""
    capsys.readouterr()
    answer("fake.say-it", number=...)
    assert load_record("fake").answers.get("fake.say-it", {}) == {}  # type: ignore[union-attr]
    assert "in the place of the dots" in capsys.readouterr().out


def test_an_answer_before_connect_is_refused(section: Section) -> None:
    with pytest.raises(NotConnected, match='connect\\("fake"\\)'):
        answer("fake.say-it", number=1)


def test_an_answer_to_no_exercise_is_refused(connected: Section) -> None:
    with pytest.raises(LabError):
        answer("fake.nothing", number=1)


def test_a_section_of_several_needs_names_the_missing_one(
    section: Section, lab_up: LabState, cloud: Any
) -> None:
    manifest = section.model_copy(update={"parts": ["aws", "monitoring"]})
    with pytest.raises(NotConnected, match="needs monitoring"):
        session._require_parts(manifest, lab_up)
    extra = PartState(name="m", title="M", backend="b", fidelity="real", need="monitoring")
    lab_up.parts["m"] = extra
    with pytest.raises(NotConnected, match="still starting: M"):
        session._require_parts(manifest, lab_up)
    extra.ready_seconds = 1.0
    session._require_parts(manifest, lab_up)


def test_without_a_part_that_was_switched_off_the_rest_goes_on(
    section: Section,
    lab_up: LabState,
    cloud: Any,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Its facts are left out, its exercises are not runnable here, and the card says which."""
    rewrite(section, 'parts = ["aws"]', 'parts = ["aws", "containers"]')
    with pytest.raises(NotConnected, match="needs containers"):
        session.connect("fake")
    monkeypatch.setenv("LAB_CONTAINERS", "none")
    with pytest.raises(NotConnected, match="needs containers"):  # nothing could be done
        session.connect("fake")
    rewrite(section, "core = false", 'core = false\nparts = ["aws"]')
    session.connect("fake")
    said = capsys.readouterr().out
    assert "Without aws and containers you can do: Say it." in said
    assert "Not runnable here: One table." in said
    record = load_record("fake")
    assert record is not None
    assert [one.facts for one in record.observations] == [{"tables": []}]


def test_facts_of_a_part_that_is_not_there_are_left_out(
    section: Section, lab_up: LabState, cloud: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def facts(lab: Any) -> Any:
        return lab.docker.ping()

    rewrite(section, 'parts = ["aws"]', 'parts = ["aws", "containers"]')
    rewrite(section, "core = false", 'core = false\nparts = ["aws"]')
    load_room("fake").watch = facts
    lab_up.parts["containers"] = replace(lab_up.parts["aws"], need="containers", backend="b")
    save_state(lab_up)
    with pytest.raises(Unreachable, match="containers"):
        session.connect("fake")
    lab_up.parts["containers"].failure = "no engine"
    save_state(lab_up)
    session.connect("fake")
    record = load_record("fake")
    assert record is not None
    assert record.observations == []


def test_another_notebooks_connect_moves_the_kernel(connected: Section) -> None:
    kernel.join("other", after_cell)
    assert kernel.current_section() == "other"

"""The window of a check: history, baseline, commands, answers, files."""

from __future__ import annotations

import time

import pytest

from cloudlab.lab.environment import NOWHERE
from cloudlab.lab.errors import Unreachable
from cloudlab.lab.state import LabState, save_state
from cloudlab.learning.record import Command, Observation, Outage, Record
from cloudlab.learning.sections import Section
from cloudlab.learning.view import LabView


@pytest.fixture
def view(section: Section, record: Record) -> LabView:
    for at, desired, members in [(1, 2, ["a", "b"]), (2, 3, ["a", "b", "c"]), (3, 2, ["b", "c"])]:
        record.observations.append(
            Observation(at=at, facts={"desired": desired, "members": members, "fixed": 1})
        )
    (view := LabView(section, record)).work.mkdir(parents=True)
    return view


def ran(record: Record, line: str, exit_code: int = 0, at: float = 0.0) -> None:
    record.add_command(Command(line=line, exit_code=exit_code, started=at, ended=at + 1))


def test_history_leaves_repeats_out_and_keeps_returns(view: LabView) -> None:
    assert view.history("desired") == [2, 3, 2]
    assert view.history("fixed") == [1]


def test_baseline_is_the_value_at_connect(view: LabView) -> None:
    assert view.baseline("desired") == 2


def test_ever_holds_what_came_since_connect_even_if_it_went(view: LabView) -> None:
    assert view.ever("members") == {"c"}


def test_when_is_the_first_time_that_the_facts_were_so(view: LabView, record: Record) -> None:
    record.observations = [
        Observation(at=at, facts={"n": n}) for at, n in [(1.0, 1), (2.0, 3), (3.0, 3), (4.0, 1)]
    ]
    assert view.when(lambda facts: facts["n"] == 3) == 2.0
    assert view.when(lambda facts: facts["n"] == 9) is None


def test_without_observations_there_is_nothing_to_say(section: Section, record: Record) -> None:
    view = LabView(section, record)
    assert view.history("desired") == []
    assert view.baseline("desired") is None
    assert view.ever("members") == set()


def test_the_last_command_is_found_by_its_words_whatever_its_flags(
    view: LabView, record: Record
) -> None:
    ran(record, "terraform apply -auto-approve")
    ran(record, "terraform -chdir=. plan -no-color", 2)
    ran(record, "terraform apply", 1)
    ran(record, "echo terraform apply")
    assert view.last("terraform plan").exit_code == 2  # type: ignore[union-attr]
    assert view.last("terraform apply").exit_code == 1  # type: ignore[union-attr]
    assert view.last("terraform apply", succeeded=True).line == "terraform apply -auto-approve"  # type: ignore[union-attr]
    assert view.last("terraform destroy") is None
    assert view.last("terraform app") is None


def test_a_command_is_found_behind_a_folder_and_a_setting(view: LabView, record: Record) -> None:
    ran(record, "cd net && TF_LOG=info terraform apply -auto-approve")
    assert view.last("terraform apply") is not None


def test_answers_and_outages_are_those_of_the_record(view: LabView, record: Record) -> None:
    assert view.answers("fake.say-it") == {}
    assert view.outage is None
    record.answers["fake.say-it"] = {"number": 1}
    record.outage = Outage(name="dropped", started=5.0)
    assert view.answers("fake.say-it") == {"number": 1}
    assert view.outage == "dropped"


def test_what_was_there_before_is_the_inventory_at_connect(view: LabView, record: Record) -> None:
    record.inventory = {"vpc": ["v"]}
    assert view.existing == {"vpc": ["v"]}


def test_the_tag_filter_is_in_the_form_that_ec2_wants(view: LabView) -> None:
    assert view.tag_filter == [{"Name": "tag:Section", "Values": ["fake"]}]


def test_what_was_saved_and_what_was_applied_is_told(view: LabView, record: Record) -> None:
    assert view.pending() is None
    assert not view.applied
    (view.work / "a.tf").write_text("x")
    waiting = view.pending()
    assert waiting is not None
    assert (waiting.files, waiting.command) == (["a.tf"], "make apply")
    ran(record, "make apply", at=time.time() + 10)
    assert view.pending() is None
    assert view.applied


def test_what_the_lab_does_without_it_does_not_have(
    view: LabView, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert view.has("aws")
    assert not view.has("kubernetes")


def test_ports_are_those_of_the_lab(view: LabView) -> None:
    assert view.ports == {}
    save_state(LabState(ports={"WEB_PORT": 8081}))
    assert view.ports == {"WEB_PORT": 8081}


@pytest.mark.parametrize("ask", ["docker", "kubernetes"])
def test_while_no_lab_is_up_its_clients_say_so(view: LabView, ask: str) -> None:
    with pytest.raises(Unreachable):
        {
            "docker": lambda: view.docker.ping(),
            "kubernetes": lambda: view.kube("core").list_node(),
        }[ask]()


def test_a_server_of_this_machine_is_asked_and_nobody_answers(view: LabView) -> None:
    assert view.http(NOWHERE) is None

"""A lab of one's own: found by the environment while it lasts, gone and unseen afterwards."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from cloudlab.authoring import own_lab as module
from cloudlab.authoring.own_lab import own_lab
from cloudlab.lab.errors import Busy, LabError, PartFailed, UsageError
from cloudlab.lab.state import LabState, PartState, save_state

BROKEN = PartFailed("aws broke", "mend it")


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch, own_environment: None) -> list[Any]:
    """What the lab was told, and in which state folder; nothing is started."""
    said: list[Any] = []

    def up(sections: tuple[str, ...]) -> Any:
        said.append(("up", sections, os.environ["LAB_STATE_DIR"]))
        return SimpleNamespace(problems=[])

    monkeypatch.setattr(module.lab, "up", up)
    monkeypatch.setattr(
        module.lab, "down", lambda: said.append(("down", os.environ["LAB_STATE_DIR"]))
    )
    return said


def test_it_lies_in_a_folder_of_its_own_that_goes_with_it(told: list[Any]) -> None:
    before = dict(os.environ)
    with own_lab("one", "two"):
        places = [os.environ[f"LAB_{one}_DIR"] for one in ("STATE", "WORK", "DATA")]
        folder = Path(places[0]).parent
        assert places == [str(folder / one) for one in ("state", "work", "data")]
        assert os.environ["LAB_JUPYTER"] == "none"
        assert folder.is_dir()
        assert not set(places) & set(before.values())
        os.environ["LEFT_BY_A_KERNEL"] = "1"
    assert told == [("up", ("one", "two"), places[0]), ("down", places[0])]
    assert dict(os.environ) == before
    assert not folder.exists()


def test_a_lab_that_works_there_keeps_its_containers(
    told: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module.section_things, "there", lambda sections: list(sections)[:1])
    with pytest.raises(UsageError, match="works on one in this"), own_lab("one", "two"):
        told.append("ran")
    assert told == []


def test_a_part_that_fails_is_raised_before_anything_runs_in_it(
    told: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module.lab, "up", lambda sections: SimpleNamespace(problems=[BROKEN]))
    with pytest.raises(PartFailed, match="aws broke"), own_lab("one"):
        told.append("ran")
    assert [one[0] for one in told] == ["down"]


def fails(error: LabError) -> Callable[..., Any]:
    def work(*_: object) -> None:
        raise error

    return work


def test_its_addresses_are_in_the_environment_while_it_lasts(
    told: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    part = PartState(name="containers", title="", backend="", fidelity="real")
    part.variables = {"DOCKER_HOST": "unix:///own.sock"}

    def up(sections: tuple[str, ...]) -> Any:
        save_state(LabState(parts={"containers": part}))
        return SimpleNamespace(problems=[])

    monkeypatch.setattr(module.lab, "up", up)
    with own_lab("one"):
        assert os.environ["DOCKER_HOST"] == "unix:///own.sock"
    assert os.environ.get("DOCKER_HOST") != "unix:///own.sock"


@pytest.mark.parametrize("step", ["up", "down"])
def test_the_environment_is_put_back_whatever_fails(
    told: list[Any], monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    monkeypatch.setattr(module.lab, step, fails(Busy("another command changes this lab", "wait")))
    before = dict(os.environ)
    with pytest.raises(Busy), own_lab("one"):
        pass
    assert dict(os.environ) == before


@pytest.mark.lab
@pytest.mark.timeout(120)
def test_it_answers_and_leaves_no_process(own_environment: None) -> None:
    from cloudlab.lab import aws
    from cloudlab.lab.processes import marked
    from cloudlab.lab.state import load_state
    from cloudlab.learning.sections import section_names

    with own_lab(section_names()[0]):
        state, here = load_state(), Path(os.environ["LAB_STATE_DIR"])
        assert "jupyter" not in state.parts
        assert len(marked(here)) == len(state.parts) > 0
        assert aws.client("sts", endpoint=state.aws_endpoint).get_caller_identity()["Account"]
    assert marked(here) == []

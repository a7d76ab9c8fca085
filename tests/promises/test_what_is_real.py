"""Promise 3: nothing pretends. A section says of every backend what it is; `connect` tells."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from cloudlab.authoring.lint.manifest import ALTERNATIVES
from cloudlab.lab.parts import parts_for
from cloudlab.lab.settings import settings
from cloudlab.lab.state import LabState, PartState, save_state
from cloudlab.learning import session
from cloudlab.learning.sections import Section, load_section, section_names

#: Everything that `cloudlab up` may make of a section's needs: knobs → the parts.
WAYS = {
    "embedded": {"LAB_AWS": "ministack", "LAB_KUBERNETES": "kwok"},
    "containers": {"LAB_AWS": "localstack", "LAB_KUBERNETES": "kind"},
    "LocalStack with a token": {"LAB_AWS": "localstack", "LOCALSTACK_AUTH_TOKEN": "t"},
    "your own": {
        "LAB_AWS": "external",
        "AWS_ENDPOINT_URL": "http://127.0.0.1:1",
        "LAB_KUBERNETES": "external",
        "LAB_KUBE_CONTEXT": "mine",
    },
}
FIDELITY = ("real", "emulated", "simulated", "computed", "brought")


@pytest.fixture(params=section_names())
def section(request: pytest.FixtureRequest) -> Section:
    return load_section(request.param)


@pytest.fixture(params=WAYS)
def state(
    request: pytest.FixtureRequest, section: Section, monkeypatch: pytest.MonkeyPatch
) -> LabState:
    """The lab as it would be that way; nothing is started."""
    for name, value in WAYS[request.param].items():
        monkeypatch.setenv(name, value)
    return LabState(
        parts={
            part.name: PartState(
                part.name, part.title, part.backend, part.fidelity, part.need, ready_seconds=1.0
            )
            for part in parts_for(section.parts, settings())
        }
    )


def told_by(part: PartState, section: Section) -> list[str]:
    """What the section says of that backend."""
    return [one.here for one in section.reality if part.backend in one.backends]


def test_a_section_speaks_of_every_backend_that_holds_what_it_teaches(
    section: Section, state: LabState
) -> None:
    """What only passes calls on, as the one endpoint does, has nothing that could pretend."""
    silent = [
        part.backend
        for part in state.parts.values()
        if part.fidelity != "real" and not told_by(part, section) and not passed_on(section, state)
    ]
    assert silent == []


def passed_on(section: Section, state: LabState) -> bool:
    """Whether the section speaks of the lab as a whole, by what all its calls go through."""
    whole = [part for part in state.parts.values() if part.name == "aws-endpoint"]
    return any(told_by(part, section) for part in whole)


def test_it_says_which_it_is(section: Section) -> None:
    """Real, emulated, simulated or computed: in that word, or that it's an endpoint of yours."""
    for one in section.reality:
        words = f"{one.here} {one.cloud}".lower()
        assert any(word in words for word in (*FIDELITY, "emulator", "endpoint that you")), one
        assert one.cloud


def test_it_names_no_backend_that_no_lab_has(section: Section) -> None:
    """A misspelt backend would never be told."""
    aws = {"moto", "MiniStack", "Caddy", "LocalStack", "external"}
    known = {*aws, *ALTERNATIVES, *ALTERNATIVES.values(), "kwok", "kind"}
    assert {backend for one in section.reality for backend in one.backends} <= known


@pytest.fixture
def folders(
    section: Section, state: LabState, monkeypatch: pytest.MonkeyPatch, tmp_path: Path,
    own_environment: None,
) -> None:  # fmt: skip
    """Folders for `connect` in a lab of that kind, without a cloud behind it."""
    for name in ("LAB_STATE_DIR", "LAB_WORK_DIR", "LAB_DATA_DIR"):
        monkeypatch.setenv(name, str(tmp_path / name))
    monkeypatch.setattr(session, "join_record", lambda *_: True)
    monkeypatch.setattr(session.kernel, "_section", None)
    save_state(state)


def test_connect_tells_what_is_true_of_this_lab_and_nothing_else(
    section: Section, state: LabState, folders: None, capsys: Any
) -> None:
    session.connect(section.name)
    said = capsys.readouterr().out
    backends = {part.backend for part in state.parts.values()}
    for one in section.reality:
        here = f"{one.what}: {one.here} On a real cloud: {one.cloud}"
        assert (here in said) == bool(backends & set(one.backends)), one.what

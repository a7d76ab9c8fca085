"""Which engine a lab gets, and what it tells its commands."""

import json

import pytest

from cloudlab.lab.engine import engines, own_engine, plugins
from cloudlab.lab.errors import ToolMissing
from cloudlab.lab.parts import Context, parts_for
from cloudlab.lab.parts.engine import Engine
from cloudlab.lab.settings import settings
from cloudlab.lab.state import ProcessId

DOCKER = engines.Engine("unix:///mine.sock", "28.5.1", "Docker Engine")
PODMAN = engines.Engine("unix:///podman.sock", "5.4.2", "Podman")


@pytest.fixture
def machine(monkeypatch, tmp_path):
    """A machine on which engines are found in this order; nothing of it is installed or started."""
    monkeypatch.setenv("LAB_STATE_DIR", str(tmp_path))
    done: list[str] = []
    found: list[engines.Engine | None] = []
    monkeypatch.setattr(engines, "find", lambda *_: found.pop(0))
    monkeypatch.setattr(engines, "chosen", lambda *_: False)
    monkeypatch.setattr(own_engine, "possible", lambda: True)
    monkeypatch.setattr(own_engine, "install", lambda say, cancelled: done.append("installed"))
    monkeypatch.setattr(
        own_engine, "start", lambda env: done.append("started") or ProcessId(7, 1.0)
    )
    monkeypatch.setattr(plugins, "lay", lambda backend, *_: {"LAID_FOR": backend})

    def up(*engines_found: engines.Engine | None):
        found[:] = engines_found
        part, context = Engine(), Context(settings({}), {}, {})
        part.prepare(context)
        return part.start(context), done

    return up


@pytest.mark.parametrize("engine", [DOCKER, PODMAN])
def test_one_that_answers_is_used_as_it_is(machine, engine, tmp_path):
    state, done = machine(engine)
    assert (state.backend, state.endpoint, state.fidelity) == (
        engine.backend,
        engine.endpoint,
        "real",
    )
    assert (state.processes, state.log, done) == ([], None, [])
    assert state.variables == {"LAID_FOR": engine.backend, "DOCKER_HOST": engine.endpoint}
    noted = json.loads((tmp_path / "docker" / "engine.json").read_text())
    assert noted == {"endpoint": engine.endpoint, "own": False}


def test_where_none_answers_one_is_installed_and_started(machine):
    state, done = machine(None, None)
    assert done == ["installed", "started"]
    assert state.processes == [ProcessId(7, 1.0)]
    assert state.endpoint == state.variables["DOCKER_HOST"] == own_engine.ENDPOINT
    assert state.health == "/_ping"


def test_a_service_that_the_package_brought_is_used(machine):
    state, done = machine(None, DOCKER)
    assert (state.endpoint, state.processes, done) == (DOCKER.endpoint, [], ["installed"])


@pytest.mark.parametrize("why", ["not possible", "chosen"])
def test_where_none_may_be_had_a_line_says_how_to_get_one(machine, monkeypatch, why):
    """One that the learner named and that is silent isn't replaced behind their back, either."""
    monkeypatch.setattr(own_engine, "possible", lambda: why != "not possible")
    monkeypatch.setattr(engines, "chosen", lambda *_: why == "chosen")
    with pytest.raises(ToolMissing, match="no container engine answers") as caught:
        machine(None)
    assert "\n" not in caught.value.todo


def test_the_engine_comes_before_its_images_and_neither_where_it_is_not_wanted():
    parts = parts_for(["containers"], settings({}))
    assert [part.name for part in parts] == ["containers", "images"]
    assert parts[1].after == ("containers",)
    assert parts_for(["containers"], settings({"LAB_CONTAINERS": "none"})) == []

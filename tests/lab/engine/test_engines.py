"""Which engine is found: the one that the learner chose, else what answers on this machine."""

import hashlib
import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from cloudlab.lab.engine import engines
from cloudlab.lab.environment import no_engine
from cloudlab.lab.paths import paths

FAR = "ssh://me@build.example"


@pytest.fixture
def home(monkeypatch, tmp_path) -> Path:
    """A machine on which no engine is installed, and an empty home."""
    monkeypatch.setattr(engines, "SYSTEM_SOCKET", str(tmp_path / "system.sock"))
    monkeypatch.setenv("LAB_STATE_DIR", str(tmp_path / "lab"))
    return tmp_path


@pytest.fixture
def find(home) -> Callable[..., str | None]:
    """Looks in an environment; returns the endpoint found."""

    def look(said: list[str] | None = None, **variables: str) -> str | None:
        say = (said if said is not None else []).append
        given = {"HOME": str(home), "XDG_RUNTIME_DIR": str(home / "run"), **variables}
        found = engines.find(say, given)
        return found.endpoint if found else None

    return look


def context(home: Path, name: str, host: str, *, current: bool = False) -> None:
    """Lay a context of Docker's, as `docker context create` does."""
    digest = hashlib.sha256(name.encode()).hexdigest()
    folder = home / ".docker" / "contexts" / "meta" / digest
    folder.mkdir(parents=True)
    (folder / "meta.json").write_text(json.dumps({"Endpoints": {"docker": {"Host": host}}}))
    if current:
        (home / ".docker" / "config.json").write_text(json.dumps({"currentContext": name}))


def test_where_nothing_answers_none_is_found(find):
    assert find() is None


def test_the_learners_choice_comes_before_what_is_installed(find, home, fake_engine):
    system, mine, third = (fake_engine(f"{one}.sock") for one in ("system", "mine", "third"))
    context(home, "mine", mine.endpoint, current=True)
    context(home, "third", third.endpoint)
    assert find() == mine.endpoint
    assert find(DOCKER_CONTEXT="third") == third.endpoint
    assert find(DOCKER_HOST=third.endpoint) == third.endpoint
    assert find(DOCKER_CONTEXT="default") == system.endpoint


@pytest.mark.parametrize(
    "socket", [".docker/run/docker.sock", ".colima/default/docker.sock", "run/docker.sock"]
)
def test_the_usual_sockets_are_tried(find, fake_engine, socket):
    assert find() is None
    engine = fake_engine(socket)
    assert find() == engine.endpoint


def test_podman_is_told_from_docker(home, fake_engine):
    engine = fake_engine("run/podman/podman.sock", podman=True)
    found = engines.find(environ={"HOME": str(home), "XDG_RUNTIME_DIR": str(home / "run")})
    assert found == engines.Engine(engine.endpoint, "5.4.2", "Podman")


def test_another_machines_engine_is_never_asked_and_a_dead_one_is_said(find, home, fake_engine):
    system, said = fake_engine("system.sock"), list[str]()
    assert find(said, DOCKER_HOST=FAR) == system.endpoint
    assert find(said, DOCKER_HOST="unix:///nowhere.sock") == system.endpoint
    assert said == [
        f"DOCKER_HOST ({FAR}) is another machine: only engines of this one are used",
        "DOCKER_HOST (unix:///nowhere.sock) doesn't answer",
    ]


@pytest.mark.parametrize(
    ("endpoint", "here"),
    [
        ("unix:///var/run/docker.sock", True),
        ("tcp://127.0.0.1:2375", True),
        ("tcp://localhost:2375", True),
        ("tcp://10.0.0.7:2375", False),
        ("tcp://127.0.0.1.evil.example:2375", False),
        (FAR, False),
        ("npipe:////./pipe/docker_engine", False),
    ],
)
def test_what_this_machine_is(endpoint, here):
    assert engines.is_here(endpoint) is here


def test_what_a_lab_set_is_no_choice_of_the_learners(home):
    inside = {"DOCKER_HOST": no_engine(), "DOCKER_CONFIG": str(paths().state / "docker")}
    assert not engines.chosen({**inside, "HOME": str(home)})
    context(home, "mine", "unix:///mine.sock", current=True)
    assert engines.chosen({**inside, "HOME": str(home)})


def test_advice_names_what_stands_in_the_way(home, monkeypatch, fake_engine):
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setattr(engines.sys, "platform", "linux")
    assert "docker.io" in engines.advice()
    monkeypatch.setattr(engines.sys, "platform", "darwin")
    assert "Docker Desktop" in engines.advice()
    fake_engine("system.sock")
    monkeypatch.setattr(os, "access", lambda path, mode: False)
    assert "usermod -aG docker" in engines.advice()

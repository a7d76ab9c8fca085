"""The application under names of its own: what docker is told, and that nothing is left."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import Any

import pytest
import yaml

from cloudlab.authoring import application
from cloudlab.authoring.application import CannotBuild, Stack


class Docker:
    """docker as it was called; commands that hold `broken` fail."""

    def __init__(self) -> None:
        self.calls: list[list[str]] = []
        self.broken = "nothing"
        self.real = subprocess.run

    def __call__(self, words: tuple[str, ...], **how: Any) -> Any:
        if words[0] == sys.executable:
            return self.real(words, **how)
        self.calls.append(list(words))
        code = int(self.broken in words)
        tags = "bench-1/web:latest bench-1/first-web:latest" if "images" in words else "123"
        return subprocess.CompletedProcess(words, code, tags, "first line\nno network")

    def words(self, verb: str) -> list[str]:
        return next(one for one in self.calls if verb in one)


@pytest.fixture
def docker(monkeypatch: pytest.MonkeyPatch) -> Docker:
    found = Docker()
    monkeypatch.setattr(application.subprocess, "run", found)
    return found


def test_it_runs_beside_a_learners_and_is_gone_afterwards(docker: Docker) -> None:
    with Stack.own(os.environ) as app:
        assert (app.folder / "secrets" / "database_password").exists()
        assert not (app.folder / "web" / "node_modules").exists()
        app.build()
        app.up()
        assert app.size("web") == 123
    assert not app.folder.exists()
    assert app.project in docker.words("up")
    assert {"--detach", "--wait"} <= set(docker.words("up"))
    assert "--volumes" in docker.words("down")
    assert docker.words("rmi")[2:] == ["bench-1/web:latest", "bench-1/first-web:latest"]
    assert set(application.PORTS) <= set(app.environment)


def test_what_cannot_be_built_says_why_and_is_gone_too(docker: Docker) -> None:
    docker.broken = "build"
    with pytest.raises(CannotBuild, match="no network"), Stack.own(os.environ) as app:
        app.build()
    assert docker.words("rmi")


def test_an_engine_that_is_gone_hides_no_error(docker: Docker) -> None:
    docker.broken = "docker"
    with pytest.raises(KeyError), Stack.own(os.environ):
        raise KeyError


def test_the_overlay_names_all_that_the_application_makes() -> None:
    compose = yaml.safe_load((application.sources() / "compose.yaml").read_text())
    ours = application.overlay("bench-1")
    for kind in ("services", "networks", "volumes"):
        assert set(ours[kind]) == set(compose[kind])
    built = {name for name, one in compose["services"].items() if "build" in one}
    assert built == set(application.BUILT)
    text = (application.sources() / "compose.yaml").read_text()
    assert all(f"${{{port}:-" in text for port in application.PORTS)

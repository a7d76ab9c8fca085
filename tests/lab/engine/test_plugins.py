"""Docker's client as the lab lays it."""

import os
import threading
from pathlib import Path

import pytest

from cloudlab.lab.engine import plugins
from cloudlab.lab.errors import ToolMissing
from cloudlab.lab.paths import paths
from cloudlab.lab.tools.finding import Tool


@pytest.fixture
def lay(monkeypatch, tmp_path):
    """Lays the client for a backend; tools in `lost` can't be had."""
    monkeypatch.setenv("LAB_STATE_DIR", str(tmp_path / "lab"))
    lost: set[str] = set()

    def find(name: str, *_: object) -> Tool:
        if name in lost:
            raise ToolMissing(f"no {name}", "install it")
        return Tool(name, Path("/opt") / name, "1", "PATH")

    monkeypatch.setattr(plugins, "find_tool", find)

    def now(backend: str = "Docker Engine", *without: str) -> tuple[dict[str, str], set[str]]:
        lost.update(without)
        said: list[str] = []
        given = plugins.lay(backend, lambda *_: None, said.append, threading.Event())
        assert said == [f"no {name}" for name in without]
        return given, {one.name for one in (plugins.folder() / "cli-plugins").iterdir()}

    return now


def test_the_learners_configuration_is_none_of_the_labs(lay):
    lay()
    assert (plugins.folder() / "config.json").read_text() == "{}\n"
    assert os.readlink(paths().state / "bin" / "docker") == "/opt/docker"


def test_images_are_built_by_buildkit_where_that_is_to_be_had(lay):
    variables, there = lay()
    assert (variables["DOCKER_BUILDKIT"], there) == ("1", {"docker-compose", "docker-buildx"})


def test_podman_has_no_buildkit(lay):
    variables, there = lay("Podman")
    assert (variables["DOCKER_BUILDKIT"], there) == ("0", {"docker-compose"})


def test_without_buildx_it_goes_on_and_says_so(lay):
    variables, there = lay("Docker Engine", "docker-buildx")
    assert (variables["DOCKER_BUILDKIT"], there) == ("0", {"docker-compose"})


def test_without_compose_it_does_not(lay):
    with pytest.raises(ToolMissing, match="no docker-compose"):
        lay("Docker Engine", "docker-compose")

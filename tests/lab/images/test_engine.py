"""The engine's command: what it's asked, what its answers mean, how it ends."""

from __future__ import annotations

import pytest

from cloudlab.lab.errors import PartFailed
from cloudlab.lab.images import engine as module


def test_what_is_here_takes_one_question(machine):
    machine.has("redis:8-bookworm", "else:1")
    assert machine.engine.here(["redis:8-bookworm", "alpine:3.22"]) == {"redis:8-bookworm"}
    assert len(machine.told("image")) == 1


@pytest.mark.parametrize(
    ("tag", "same"),
    [
        ("redis:8", True),
        ("docker.io/library/redis:8", True),
        ("localhost/redis:8", True),
        ("myredis:8", False),
        ("redis:8.1", False),
    ],
)
def test_podman_writes_the_registry_in_front(tag, same):
    assert module._is(tag, "redis:8") is same


def test_no_docker_is_said_in_words(machine, monkeypatch):
    monkeypatch.setattr(module.subprocess, "run", _missing)
    with pytest.raises(PartFailed, match="docker image failed"):
        machine.engine.here(["redis:8"])


def _missing(*args, **kwargs):
    raise FileNotFoundError(2, "No such file", "docker")


def test_a_pull_is_refused_or_works(machine):
    machine.serves("redis:8")
    assert machine.engine.pull("redis:8") is True
    assert machine.engine.pull("alpine:3") is False
    assert "no such host" in machine.engine.log.read_text()


def test_a_registry_that_says_nothing_is_not_waited_for(machine, monkeypatch):
    monkeypatch.setattr(module, "FIRST_WORD", 0.2)
    machine.engine.environment["SILENT"] = "1"
    assert machine.engine.pull("redis:8") is False  # as Docker is behind a wall that drops packets


def test_ctrl_c_ends_the_command(machine):
    machine.engine.environment["SILENT"] = "1"
    machine.engine.cancelled.set()
    with pytest.raises(KeyboardInterrupt):
        machine.engine.pull("redis:8")


def test_a_proxy_is_handed_to_a_build_by_name_alone(machine, monkeypatch, tmp_path):
    for name in ("http_proxy", "HTTP_PROXY", "HTTPS_PROXY", "no_proxy", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("https_proxy", "http://user:secret@proxy.example:3128")
    (tmp_path / "Dockerfile").touch()
    machine.engine.build(tmp_path, "cloudlab/x:1", BASE="cloudlab/base:1")
    (words,) = machine.told("build")
    assert words[1:-1] == [
        "--build-arg=BASE=cloudlab/base:1",
        "--build-arg=https_proxy",
        "--tag",
        "cloudlab/x:1",
    ]
    assert "secret" not in machine.engine.log.read_text()


def test_a_failure_quotes_what_was_said_last(machine, tmp_path):
    machine.engine.environment["BROKEN"] = "cloudlab/x"
    (tmp_path / "Dockerfile").touch()
    with pytest.raises(PartFailed, match=r"failed:\n.*Unable to locate package") as got:
        machine.engine.build(tmp_path, "cloudlab/x:1")
    assert got.value.log == machine.engine.log


def test_a_command_that_is_not_there_is_named(machine):
    with pytest.raises(PartFailed, match="nowhere-to-be-found isn't installed"):
        machine.engine.run(["nowhere-to-be-found"])

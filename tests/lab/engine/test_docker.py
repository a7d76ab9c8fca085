"""Everything about containers but the pull: a stand-in plays the `docker` command.

LocalStack's container itself has not been run from this code; what it's told to be is tested.
"""

import json
import os
from dataclasses import replace
from pathlib import Path

import pytest

from cloudlab.lab.engine import docker, engines
from cloudlab.lab.environment import no_engine
from cloudlab.lab.errors import PartFailed, ToolMissing
from cloudlab.lab.parts import Context, gateway, localstack, parts_for
from cloudlab.lab.settings import settings

STAND_IN = """\
#!/usr/bin/env python3
import json, os, sys
words = sys.argv[1:]
with open({log!r}, "a") as log:
    log.write(json.dumps(words) + "\\n")
if os.environ.get("WHERE"):
    open(os.environ["WHERE"], "a").write(os.environ["DOCKER_HOST"] + "\\n")
if words[0] == "version":
    sys.exit(print("28.0") if os.environ.get("ENGINE", "up") == "up" else 1)
if words[0] == "image":
    sys.exit(0 if os.environ.get("IMAGE") else 1)
if words[0] == "pull" and os.environ.get("PULL") == "refused":
    sys.exit("Error: toomanyrequests")
print({{"run": "c0ffee", "ps": "c0ffee\\nbeef"}}.get(words[0], ""))
"""


@pytest.fixture
def said(monkeypatch, tmp_path):
    """Puts the stand-in on PATH; returns what it was told."""
    folder, log = tmp_path / "bin", tmp_path / "docker.log"
    folder.mkdir()
    (folder / "docker").write_text(STAND_IN.format(log=str(log)))
    (folder / "docker").chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}:{os.environ['PATH']}")
    monkeypatch.setenv("LAB_STATE_DIR", str(tmp_path / "lab"))
    return lambda: [json.loads(line) for line in log.read_text().splitlines()]


def context(**given: str) -> Context:
    return Context(settings({"LAB_AWS": "localstack", **given}), {"aws": 4576}, {})


def test_the_engine_is_asked_for_its_version(said, monkeypatch):
    assert docker.engine() == "28.0"
    monkeypatch.setenv("ENGINE", "down")
    assert docker.engine() is None
    monkeypatch.setenv("PATH", "/nowhere")
    assert docker.engine() is None


def test_containers_that_ended_are_told_as_long_as_somebody_answers(said, monkeypatch):
    assert docker.ended(["c0ffee", "dead", "beef"]) == ["dead"]
    monkeypatch.setenv("PATH", "/nowhere")
    assert docker.ended(["dead"]) == []


@pytest.mark.parametrize("here", [True, False], ids=["another socket", "another machine"])
def test_the_engine_is_one_of_this_machine_or_none(said, monkeypatch, tmp_path, here):
    """Whatever the learner's shell or context names, as a server elsewhere."""
    monkeypatch.setenv("DOCKER_HOST", "tcp://docker.example:2376")
    monkeypatch.setenv("WHERE", str(tmp_path / "where"))
    colima = engines.Engine("unix:///home/colima.sock", "28.0", "Docker Engine")
    monkeypatch.setattr(engines, "find", lambda: colima if here else None)
    docker.engine()
    docker.run("image", "name", [])
    docker.remove(["c0ffee"])
    asked = set((tmp_path / "where").read_text().split())
    assert asked == {colima.endpoint if here else no_engine()}


def test_localstack_is_pulled_and_published_on_loopback_alone(said):
    state = localstack.LocalStack().start(context())
    assert (state.containers, state.port, state.backend) == (["c0ffee"], 4576, "LocalStack")
    told = said()
    assert ["pull", "--quiet", "localstack/localstack:4.14.0"] in told
    run = told[-1]
    assert run[:3] == ["run", "--detach", "--rm"]
    assert run[run.index("--publish") + 1] == "127.0.0.1:4576:4566"
    assert run[run.index("--label") + 1] == f"cloudlab.state={docker.lab_mark()}"
    assert run[-1] == "localstack/localstack:4.14.0"


def test_an_image_that_is_here_is_not_pulled(said, monkeypatch):
    monkeypatch.setenv("IMAGE", "here")
    localstack.LocalStack().start(context())
    assert [words for words in said() if words[0] == "pull"] == []


def test_a_token_is_never_on_a_command_line(said, monkeypatch):
    monkeypatch.setenv("LOCALSTACK_AUTH_TOKEN", "s3cret")
    localstack.LocalStack().start(context(LOCALSTACK_AUTH_TOKEN="s3cret"))
    run = said()[-1]
    assert run[run.index("--env") + 1] == "LOCALSTACK_AUTH_TOKEN"
    assert run[-1].startswith("localstack/localstack-pro")
    assert not any("s3cret" in word for word in run)


def test_no_engine_and_a_refused_pull_are_said_in_words(said, monkeypatch):
    monkeypatch.setenv("PULL", "refused")
    with pytest.raises(PartFailed, match="docker pull failed: Error: toomanyrequests"):
        localstack.LocalStack().start(context())
    monkeypatch.setenv("ENGINE", "down")
    with pytest.raises(ToolMissing, match="no engine answers"):
        localstack.LocalStack().start(context())


def test_containers_are_found_by_their_label_and_removed(said):
    by_label = ["c0ffee", "beef"]
    assert docker.remove_all() == [*by_label, *by_label]  # our mark's, and kind's cluster's
    assert said()[-1] == ["rm", "--force", "--volumes", *by_label, *by_label]


def test_which_backend_serves_aws(said, monkeypatch):
    def backends(**given: str) -> list[str]:
        return [part.backend for part in parts_for(["aws"], settings(given))]

    embedded = ["moto", "MiniStack", "Caddy"]
    assert backends() == embedded
    assert backends(LAB_AWS="ministack", LOCALSTACK_AUTH_TOKEN="t") == embedded
    assert backends(LAB_AWS="localstack") == ["moto", "Caddy", "LocalStack"]
    assert backends(LOCALSTACK_AUTH_TOKEN="t") == ["Caddy", "LocalStack"]
    assert backends(LAB_AWS="external", AWS_ENDPOINT_URL="http://127.0.0.1:9") == ["external"]
    monkeypatch.setenv("ENGINE", "down")
    assert backends(LOCALSTACK_AUTH_TOKEN="t") == embedded


def test_with_a_token_nothing_is_routed_past_localstack(said, tmp_path):
    alone = replace(context(), ports={"aws": 4576, "aws-endpoint": 4566})
    (text,) = gateway.Gateway().launch(alone).files.values()
    assert "@network" not in text
    assert "127.0.0.1:4576" in text
    assert Path(tmp_path / "lab" / "caddy").is_dir()

"""kind's clusters; stand-ins play the `kind`, `docker` and `kubectl` commands."""

import json
import os
import threading
from dataclasses import replace
from pathlib import Path

import pytest
import yaml

from cloudlab.lab.cluster import kind
from cloudlab.lab.engine import docker, engines
from cloudlab.lab.errors import PartFailed, ToolMissing
from cloudlab.lab.images import Engine
from cloudlab.lab.settings import settings

STAND_IN = """\
#!/usr/bin/env python3
import json, os, sys, time
name, words = os.path.basename(sys.argv[0]), sys.argv[1:]
with open({log!r}, "a") as log:
    log.write(json.dumps([name, *words, os.environ.get("DOCKER_HOST")]) + "\\n")
if name == "docker":
    if words[:2] == ["image", "inspect"]:
        sys.exit(0 if os.environ.get("IMAGE") else 1)
    if words[:2] == ["manifest", "inspect"]:
        sys.exit(0 if os.environ.get("REGISTRY") else 1)
    if words[0] == "pull":
        print("asking the registry", flush=True)
        sys.exit(0 if os.environ.get("REGISTRY") else "Error: no such host")
    if words[0] == "ps":
        print("c0ffee\\nbeef")
if name == "kind" and words[0] == "create":
    time.sleep(float(os.environ.get("SLOW", "0")))
    if os.environ.get("BROKEN"):
        sys.exit("ERROR: failed to init node with kubeadm")
    open(words[words.index("--kubeconfig") + 1], "w").write({kubeconfig!r})
"""
KUBECONFIG = """\
current-context: kind-x
clusters: [{name: kind-x, cluster: {server: "https://127.0.0.1:6443"}}]
contexts: [{name: kind-x, context: {cluster: kind-x, user: kind-x}}]
users: [{name: kind-x, user: {token: t}}]
"""


@pytest.fixture
def said(monkeypatch, tmp_path):
    """Puts the stand-ins on PATH, behind an engine that answers; returns what they were told."""
    folder, log = tmp_path / "bin", tmp_path / "log"
    folder.mkdir()
    for name in ("kind", "docker", "kubectl"):
        (folder / name).write_text(STAND_IN.format(log=str(log), kubeconfig=KUBECONFIG))
        (folder / name).chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}:{os.environ['PATH']}")
    monkeypatch.setenv("LAB_STATE_DIR", str(tmp_path / "lab"))
    engine = engines.Engine("unix:///engine.sock", "28", "Docker Engine")
    monkeypatch.setattr(engines, "find", lambda *words: engine)
    return lambda: [json.loads(line) for line in log.read_text().splitlines()]


@pytest.fixture
def cluster(said, tmp_path) -> kind.Kind:
    programs = {name: tmp_path / "bin" / name for name in ("kind", "kubectl")}
    return kind.Kind(programs, Engine(kind.reaching(os.environ), tmp_path / "kind.log"))


def told(said, name, verb):
    return [words for words in said() if words[:2] == [name, verb]]


def test_the_cluster_is_made_for_loopback_with_two_workers():
    config = json.loads(kind.configuration(6443))
    assert config["networking"] == {"apiServerAddress": "127.0.0.1", "apiServerPort": 6443}
    assert [node["role"] for node in config["nodes"]] == ["control-plane", "worker", "worker"]
    patch = yaml.safe_load(config["kubeadmConfigPatches"][0])
    arguments = patch["controllerManager"]["extraArgs"]
    assert arguments["horizontal-pod-autoscaler-sync-period"] == "5s"


def test_it_is_created_by_kinds_own_command_on_the_engine_that_answers(said, cluster):
    assert "127.0.0.1:6443" in cluster.create("node:1", 6443)
    (create,) = told(said, "kind", "create")
    assert create[create.index("--image") + 1] == "node:1"
    assert create[create.index("--name") + 1] == docker.kind_cluster()
    assert create[-1] == "unix:///engine.sock"
    assert Path(create[create.index("--kubeconfig") + 1]).is_relative_to(
        os.environ["LAB_STATE_DIR"]
    )
    (apply,) = [words for words in said() if words[0] == "kubectl"]
    assert apply[-2].endswith("metrics-server.yaml")


def test_what_failed_is_said_in_its_own_words_and_nothing_is_left(said, cluster, monkeypatch):
    monkeypatch.setenv("BROKEN", "yes")
    cluster = kind.Kind(cluster.programs, replace(cluster.engine, environment=dict(os.environ)))
    with pytest.raises(PartFailed, match="failed to init node"):
        cluster.create("node:1", 6443)
    assert said()[-1][:3] == ["docker", "rm", "--force"]


def test_ctrl_c_ends_it(said, cluster, monkeypatch):
    monkeypatch.setenv("SLOW", "30")
    slow = kind.Kind(cluster.programs, replace(cluster.engine, environment=dict(os.environ)))
    threading.Timer(0.5, slow.engine.cancelled.set).start()
    with pytest.raises(KeyboardInterrupt):
        slow.create("node:1", 6443)
    assert said()[-1][:3] == ["docker", "rm", "--force"]


def test_its_nodes_are_found_by_the_name_of_their_cluster(said, cluster):
    assert cluster.nodes() == ["c0ffee", "beef"]
    (ps,) = told(said, "docker", "ps")
    assert f"label=io.x-k8s.kind.cluster={docker.kind_cluster()}" in ps


def test_an_image_is_copied_to_the_nodes(said, cluster):
    cluster.load("app:1")
    assert told(said, "kind", "load")[0][2:4] == ["docker-image", "app:1"]


def test_the_node_image_is_pulled_where_it_is_not_here(said, cluster):
    lines: list[str] = []
    has = dict(os.environ, REGISTRY="yes")
    one = kind.Kind(cluster.programs, replace(cluster.engine, environment=has))
    one.get_image("kindest/node:1@sha256:abc", lines.append)
    assert lines == ["pulling kindest/node:1"]
    one.engine.environment["IMAGE"] = "here"
    one.get_image("kindest/node:1", lines.append)
    assert len(told(said, "docker", "pull")) == 1


def test_no_registry_is_said_with_the_way_round(cluster):
    with pytest.raises(ToolMissing, match=r"can't be pulled(?s:.)*LAB_KUBERNETES=kwok"):
        cluster.get_image("kindest/node:1", print)


def test_no_engine_is_said(said, monkeypatch):
    monkeypatch.setattr(engines, "find", lambda *words: None)
    with pytest.raises(ToolMissing, match="no engine answers"):
        kind.reaching(os.environ)
    assert not kind.can_start("kindest/node:1")


@pytest.mark.parametrize(
    ("has", "backend"),
    [({}, "kwok"), ({"IMAGE": "here"}, "kind"), ({"REGISTRY": "there"}, "kind")],
)
def test_auto_is_kind_where_its_image_is_here_or_to_be_had(said, monkeypatch, has, backend):
    from cloudlab.lab.parts import parts_for

    for name, value in has.items():
        monkeypatch.setenv(name, value)
    (part,) = parts_for(["kubernetes"], settings({}))
    assert part.backend == backend

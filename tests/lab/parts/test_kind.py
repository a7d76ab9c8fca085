"""kind's cluster as a part of the lab; its own command: ../cluster/test_kind.py."""

import pytest

from cloudlab.lab.cluster import kind as command
from cloudlab.lab.cluster import kind_images, programs
from cloudlab.lab.parts import kind
from cloudlab.lab.parts.base import Context
from cloudlab.lab.settings import settings
from cloudlab.lab.state import LabState, PartState, save_state

KUBECONFIG = """\
current-context: kind-x
clusters: [{name: kind-x, cluster: {server: "https://127.0.0.1:6443"}}]
contexts: [{name: kind-x, context: {cluster: kind-x, user: kind-x}}]
users: [{name: kind-x, user: {token: t}}]
"""


@pytest.fixture(autouse=True)
def state(monkeypatch, tmp_path):
    monkeypatch.setenv("LAB_STATE_DIR", str(tmp_path / "lab"))


def context() -> Context:
    return Context(settings({}), {"kubernetes": 6443}, {})


def test_its_nodes_are_the_parts_containers(monkeypatch, tmp_path):
    monkeypatch.setattr(programs, "find", lambda *words: {"kind": tmp_path / "kind"})
    monkeypatch.setattr(command, "reaching", dict)
    monkeypatch.setattr(kind_images, "bring", lambda *words: None)
    monkeypatch.setattr(command.Kind, "create", lambda self, image, port: KUBECONFIG)
    monkeypatch.setattr(command.Kind, "nodes", lambda self: ["c0ffee"])
    found = kind.Kind().start(context())
    assert (found.containers, found.backend, found.fidelity) == (["c0ffee"], "kind", "real")
    assert found.endpoint == "https://127.0.0.1:6443"
    assert found.variables["KUBECONFIG"].endswith("lab/kubeconfig")


def test_the_learner_names_the_node_image(monkeypatch):
    before = kind.Kind().fingerprint(context())
    monkeypatch.setenv("LAB_KIND_NODE_IMAGE", "mine:1")
    assert kind.image() == "mine:1"
    assert kind.Kind().fingerprint(context()) != before


@pytest.mark.parametrize(("backend", "stays"), [("kind", True), ("kwok", False)])
def test_a_cluster_that_runs_stays_what_it_is(monkeypatch, backend, stays):
    monkeypatch.setattr(command, "can_start", lambda image: not stays)
    part = PartState("kubernetes", "Kubernetes", backend, "real")
    save_state(LabState({"kubernetes": part}))
    assert kind.possible() is stays


def test_one_that_failed_does_not_count(monkeypatch):
    monkeypatch.setattr(command, "can_start", lambda image: True)
    part = PartState("kubernetes", "Kubernetes", "kwok", "real", failure="no")
    save_state(LabState({"kubernetes": part}))
    assert kind.possible()

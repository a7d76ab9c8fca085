"""The Kubernetes section on real nodes: kind's cluster, where Docker has its node image."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from cloudlab.lab.cluster.kind import has_image
from cloudlab.lab.engine import docker
from cloudlab.lab.parts.kind import image

pytestmark = [pytest.mark.lab, pytest.mark.timeout(1800), pytest.mark.section("kubernetes")]


@pytest.fixture(autouse=True)
def on_kind(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Labs that are started have a kind cluster; nothing of one is there afterwards."""
    if not has_image(image()):
        pytest.skip(f"no engine here has kind's node image {image()}: see LAB_KIND_NODE_IMAGE")
    monkeypatch.setenv("LAB_KUBERNETES", "kind")
    before = docker.of_label(docker.KIND_LABEL)
    yield
    assert docker.of_label(docker.KIND_LABEL) == before


def test_the_notebook_that_passes_on_simulated_nodes_passes_on_real_ones(tmp_path: Path) -> None:
    """And leaves nothing in the cluster; the learner's own kubeconfig isn't touched."""
    config = Path.home() / ".kube" / "config"
    before = config.read_bytes() if config.exists() else None
    words = [sys.executable, "-m", "cloudlab.authoring.turns", "kubernetes", "nbval"]
    said = tmp_path / "said.txt"
    with said.open("wb") as out:
        code = subprocess.run(words, stdout=out, stderr=out, check=False).returncode
    assert code == 0, said.read_text()[-6000:]
    assert (config.read_bytes() if config.exists() else None) == before


def test_a_node_that_is_gone_is_told_and_up_makes_the_cluster_anew(
    new_lab: Callable[[str], Any],
) -> None:
    lab = new_lab("one")
    begin(lab)
    part = told(lab)
    assert (part["backend"], part["fidelity"], part["state"]) == ("kind", "real", "ready")
    nodes = docker.of_label(docker.KIND_LABEL)
    assert len(nodes) == 3
    ports = subprocess.run(
        ["docker", "port", nodes[-1]], capture_output=True, text=True, check=True
    ).stdout
    assert "0.0.0.0" not in ports
    docker.remove(nodes[:1])
    assert told(lab)["state"] != "ready"
    begin(lab)
    assert told(lab)["state"] == "ready"
    assert not set(nodes) & set(docker.of_label(docker.KIND_LABEL))
    assert lab.run("down").returncode == 0


def begin(lab: Any) -> None:
    """`cloudlab up kubernetes`, which takes more than a minute."""
    with lab.start("up", "kubernetes") as child:
        out, err = child.communicate(timeout=600)
    assert child.returncode == 0, out + err


def told(lab: Any) -> dict[str, Any]:
    """What `cloudlab status --json` says of the cluster."""
    parts = json.loads(lab.run("status", "--json").stdout)["parts"]
    return next(dict(part) for part in parts if part["name"] == "kubernetes")

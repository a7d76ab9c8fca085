"""kind's clusters, by its own command: one for each lab, named after it."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import yaml

from cloudlab.lab.cluster.furnishing import MANIFESTS
from cloudlab.lab.engine import docker, engines
from cloudlab.lab.errors import ToolMissing
from cloudlab.lab.images import Engine
from cloudlab.lab.paths import paths, private_folder, write_private
from cloudlab.lab.ports import HOST

WORKERS = 2
#: How long it may take until its nodes say that they're ready.
WAIT = "180s"
#: Seconds in which the engine, or a registry, says whether it has an image.
ANSWER_SECONDS = 3.0
#: As on the embedded cluster: an autoscaler that looks every 5 seconds.
CONTROLLERS = {
    "horizontal-pod-autoscaler-sync-period": "5s",
    "horizontal-pod-autoscaler-initial-readiness-delay": "5s",
    "horizontal-pod-autoscaler-cpu-initialization-period": "10s",
}


def can_start(image: str) -> bool:
    """Whether an engine answers that has the node image, or a registry that has it."""
    return has_image(image) or _inspects(["manifest"], image)


def has_image(image: str) -> bool:
    """Whether an engine answers that has the node image already."""
    return _inspects(["image"], image)


def _inspects(what: Sequence[str], image: str) -> bool:
    engine = engines.find()
    return bool(engine and _has(what, image, {**os.environ, "DOCKER_HOST": engine.endpoint}))


def reaching(environment: Mapping[str, str]) -> dict[str, str]:
    """The environment, with the engine that answers; raises `ToolMissing` where none does."""
    engine = engines.find()
    if engine is None:
        raise ToolMissing("kind needs Docker, and no engine answers", engines.advice())
    return {**environment, "DOCKER_HOST": engine.endpoint}


def configuration(port: int) -> str:
    """The cluster that we want, for `kind create cluster --config`."""
    patch = {"kind": "ClusterConfiguration", "controllerManager": {"extraArgs": CONTROLLERS}}
    config = {
        "kind": "Cluster",
        "apiVersion": "kind.x-k8s.io/v1alpha4",
        "networking": {"apiServerAddress": HOST, "apiServerPort": port},
        "nodes": [{"role": "control-plane"}, *([{"role": "worker"}] * WORKERS)],
        "kubeadmConfigPatches": [yaml.safe_dump(patch)],
    }
    return json.dumps(config, indent=2)


@dataclass
class Kind:
    """The lab's cluster. `programs`: where `kind` and `kubectl` are."""

    programs: Mapping[str, Path]
    engine: Engine

    @property
    def name(self) -> str:
        """As kind knows it."""
        return docker.kind_cluster()

    def get_image(self, image: str, say: Callable[[str], None]) -> None:
        """See that the engine has the node image; raises `ToolMissing`."""
        if _has(["image"], image, self.engine.environment):
            return
        say(f"pulling {image.partition('@')[0]}")
        if not self.engine.pull(image):
            raise ToolMissing(
                f"kind's node image {image} isn't here and can't be pulled",
                "LAB_KIND_NODE_IMAGE=another one, or LAB_KUBERNETES=kwok for the embedded cluster",
                self.engine.log,
            )

    def create(self, image: str, port: int) -> str:
        """Create it anew; returns its kubeconfig. Where that fails nothing of it is left."""
        folder = private_folder(paths().state / "kubernetes")
        config = write_private(folder / "kind.json", configuration(port))
        file = folder / "kind.kubeconfig"
        told = ["--config", str(config), "--image", image, "--kubeconfig", str(file)]
        self.delete()
        try:
            self._kind("create", "cluster", *told, "--wait", WAIT)
            self._add_metrics(file)
        except BaseException:
            self.delete()
            raise
        return file.read_text()

    def delete(self) -> None:
        """Remove its nodes, where there are any."""
        docker.remove(self.nodes())

    def nodes(self) -> list[str]:
        """The ids of its containers."""
        return docker.of_label(f"{docker.KIND_LABEL}={self.name}")

    def load(self, image: str) -> None:
        """Copy an image of the engine to all nodes."""
        self._kind("load", "docker-image", image)

    def _add_metrics(self, file: Path) -> None:
        """kind comes without metrics-server, which an autoscaler needs."""
        manifest = MANIFESTS / "kind" / "metrics-server.yaml"
        command = [str(self.programs["kubectl"]), "--kubeconfig", str(file), "apply", "--filename"]
        self.engine.run([*command, str(manifest)], name="kubectl apply")

    def _kind(self, *words: str) -> None:
        """Run kind on this cluster."""
        command = [str(self.programs["kind"]), *words, "--name", self.name]
        self.engine.run(command, name=f"kind {words[0]}")


def _has(what: Sequence[str], image: str, environment: Mapping[str, str]) -> bool:
    """Whether docker can inspect the image (or its manifest, in a registry), within a moment."""
    try:
        done = subprocess.run(
            ["docker", *what, "inspect", image],
            env=dict(environment),
            capture_output=True,
            timeout=ANSWER_SECONDS,
            check=False,
        )
    except (subprocess.TimeoutExpired, OSError):
        return False
    return done.returncode == 0

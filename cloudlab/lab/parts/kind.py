"""Kubernetes in containers: kind's cluster, with one control plane and two workers that are real.

It is deleted by `down`: its nodes are containers, and what they hold goes with them.
"""

from __future__ import annotations

import hashlib
import os
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from cloudlab.lab.parts.base import Context, Part
from cloudlab.lab.paths import paths
from cloudlab.lab.ports import HOST
from cloudlab.lab.state import PartState

if TYPE_CHECKING:
    from cloudlab.lab.cluster.kind import Kind as Cluster

#: The node image of the version that the embedded cluster has; the digest is kind's own.
IMAGE = (
    "kindest/node:v1.36.1@sha256:3489c7674813ba5d8b1a9977baea8a6e553784dab7b84759d1014dbd78f7ebd5"
)


def image() -> str:
    """The node image in force."""
    return os.environ.get("LAB_KIND_NODE_IMAGE") or IMAGE


def possible() -> bool:
    """Whether `auto` means kind: an engine answers, and has the node image or can get it.

    A cluster that runs stays what it is, whatever has come or gone since.
    """
    from cloudlab.lab.cluster import kind
    from cloudlab.lab.state import load_state

    running = load_state().parts.get(Kind.name)
    if running and not running.failure:
        return running.backend == Kind.backend
    return kind.can_start(image())


class Kind(Part):
    """Asked for by LAB_KUBERNETES=kind, or where Docker has its node image."""

    name = "kubernetes"
    title = "Kubernetes"
    backend = "kind"
    fidelity = "real"
    need = "kubernetes"
    preferred_port: ClassVar[int | None] = 6443
    health: ClassVar[str | None] = None
    keeps_data = True
    in_container = True
    limit = 300.0

    def endpoint(self, context: Context) -> str | None:
        """The API server's address."""
        port = context.ports.get(self.name)
        return f"https://{HOST}:{port}" if port else None

    def fingerprint(self, context: Context) -> str:
        """Of the node image and the cluster's configuration."""
        from cloudlab.lab.cluster import kind

        told = f"{image()} {kind.configuration(context.ports.get(self.name, 0))}"
        return hashlib.sha256(told.encode()).hexdigest()[:16]

    def prepare(self, context: Context) -> None:
        """An engine, the node image, and kind itself."""
        self._cluster(context).get_image(image(), partial(context.say, self.name))

    def start(self, context: Context) -> PartState:
        """Create the cluster, and return when its nodes are ready and have the sections' images."""
        from cloudlab.lab.cluster import kind_images, kubeconfig

        state = self.blank(context)
        cluster = self._cluster(context)
        text = cluster.create(image(), context.ports[self.name])
        kind_images.bring(cluster, partial(context.say, self.name))
        file = kubeconfig.of_context(text, None, kubeconfig.file().parent)
        return replace(
            state,
            containers=cluster.nodes(),
            variables={"KUBECONFIG": str(file), "KIND_CLUSTER": cluster.name},
        )

    def _cluster(self, context: Context) -> Cluster:
        """kind's command, with the engine that answers."""
        from cloudlab.lab.cluster import kind, programs
        from cloudlab.lab.images import Engine

        environment = kind.reaching(context.environment)
        say = partial(context.say, self.name)
        found = programs.find(["kind", "kubectl"], say, context.cancelled)
        return kind.Kind(found, Engine(environment, paths().log(self.name), context.cancelled))

"""Kubernetes without containers: a real control plane as processes, and nodes that kwok plays.

The API server, the controllers and the scheduler are those of any cluster, and decide as they do
there. What a node would do with a pod is simulated: no image is pulled, no container runs.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from cloudlab.lab.parts.base import Context, Part
from cloudlab.lab.paths import paths
from cloudlab.lab.ports import HOST, any_free
from cloudlab.lab.state import PartState

if TYPE_CHECKING:
    from cloudlab.lab.cluster.components import Cluster


#: etcd and the API server wait for each other's connections; what they hold is on disk by then.
GRACE_SECONDS = 0.5


class Kwok(Part):
    """The embedded cluster: three simulated nodes, and everything above them real."""

    name = "kubernetes"
    title = "Kubernetes (real control plane, simulated nodes)"
    backend = "kwok"
    fidelity = "simulated"
    need = "kubernetes"
    preferred_port: ClassVar[int | None] = 6443
    health: ClassVar[str | None] = None
    keeps_data = True
    limit = 120.0

    def endpoint(self, context: Context) -> str | None:
        """The API server's address."""
        port = context.ports.get(self.name)
        return f"https://{HOST}:{port}" if port else None

    def fingerprint(self, context: Context) -> str:
        """Of all command lines and manifests; the two inner ports are chosen at each start."""
        from cloudlab.lab.cluster import components, furnishing

        cluster = self._cluster(context, {name: Path(name) for name in components.NAMES})
        commands = [components.command(cluster, name) for name in components.NAMES]
        told = repr((commands, furnishing.texts()))
        return hashlib.sha256(told.encode()).hexdigest()[:16]

    def prepare(self, context: Context) -> None:
        """Find the components, fetch them, or build them."""
        self._programs(context)

    def start(self, context: Context) -> PartState:
        """Start all components, and return when a pod could run."""
        from cloudlab.lab.cluster import kubeconfig
        from cloudlab.lab.cluster.plane import Plane

        state = self.blank(context)
        known = self._cluster(context, self._programs(context))
        cluster = replace(known, kubelets=any_free(), metrics=any_free())
        plane = Plane(cluster, context.environment, self.name, context.cancelled)
        memory = plane.start()
        file = kubeconfig.of_certificates(cluster.certificates, cluster.server)
        return replace(
            state,
            processes=list(plane.running.values()),
            variables={"KUBECONFIG": str(file)},
            memory=memory,
            grace=GRACE_SECONDS,
            log=paths().log(f"{self.name}-kube-apiserver"),
        )

    def _programs(self, context: Context) -> Mapping[str, Path]:
        """Where each component is: at hand, or now fetched or built."""
        from cloudlab.lab.cluster import components, programs

        say = partial(context.say, self.name)
        return programs.find(components.NAMES, say, context.cancelled)

    def _cluster(self, context: Context, programs: Mapping[str, Path]) -> Cluster:
        """Its folder and ports, as far as they're known before it's started."""
        from cloudlab.lab.cluster.components import Cluster

        folder = paths().state / self.name
        return Cluster(folder, context.ports.get(self.name, 0), 0, 0, programs)

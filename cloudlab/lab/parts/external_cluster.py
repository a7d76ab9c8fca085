"""Somebody else's cluster: one context of the learner's own kubeconfig, which they name."""

from __future__ import annotations

import hashlib
import os
from dataclasses import replace
from pathlib import Path
from typing import ClassVar

from cloudlab.lab.errors import UsageError
from cloudlab.lab.parts.base import Context, Part
from cloudlab.lab.paths import paths
from cloudlab.lab.state import PartState


class ExternalCluster(Part):
    """Asked for by LAB_KUBERNETES=external; LAB_KUBE_CONTEXT names the context.

    Its entry is copied into the lab's kubeconfig; the learner's file is read, never written. In
    that cluster the lab touches nothing but the namespaces that its sections made.
    """

    name = "kubernetes"
    title = "Kubernetes"
    backend = "external"
    fidelity = "real"
    need = "kubernetes"
    health: ClassVar[str | None] = None
    keeps_data = True
    limit = 30.0

    def fingerprint(self, context: Context) -> str:
        """Of the context's name and the file in which it stands."""
        told = repr((self._context_name(), [str(file) for file in self._files()]))
        return hashlib.sha256(told.encode()).hexdigest()[:16]

    def prepare(self, context: Context) -> None:
        """Say whose cluster this is before anything is done with it."""
        context.say(
            self.name,
            f"external: context {self._context_name()} of {self._file()}; "
            "only namespaces that the workbook made are touched",
        )

    def start(self, context: Context) -> PartState:
        """Copy the context; nothing to start."""
        from cloudlab.lab.cluster import kubeconfig

        file = self._file()
        copy = kubeconfig.of_context(file.read_text(), self._context_name(), file.parent)
        server = kubeconfig.server()
        return replace(
            self.blank(context),
            endpoint=server,
            variables={"KUBECONFIG": str(copy)},
            memory=hashlib.sha256(server.encode()).hexdigest()[:16],
            log=None,
        )

    def _context_name(self) -> str:
        """The one named: never the current one, which changes behind one's back."""
        name = os.environ.get("LAB_KUBE_CONTEXT")
        if not name:
            raise UsageError(
                "LAB_KUBERNETES=external needs a cluster",
                "set LAB_KUBE_CONTEXT to a context of your kubeconfig: kubectl config get-contexts",
            )
        return name

    def _file(self) -> Path:
        """The first of the learner's files that has the context."""
        from cloudlab.lab.cluster import kubeconfig

        name = self._context_name()
        for file in self._files():
            if file.is_file() and name in kubeconfig.contexts(file.read_text()):
                return file
        raise UsageError(
            f"no kubeconfig has a context {name!r}: {', '.join(map(str, self._files()))}",
            "kubectl config get-contexts lists them; KUBECONFIG names another file",
        )

    def _files(self) -> list[Path]:
        """Where kubectl would look in the learner's own shell."""
        named = os.environ.get("KUBECONFIG", "").split(os.pathsep)
        files = [Path(one).expanduser() for one in named if one]
        own = [file for file in files if not file.is_relative_to(paths().state)]
        return own or [Path.home() / ".kube" / "config"]

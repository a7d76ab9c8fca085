"""Starting a cluster: etcd and the API server first, what talks to it next, then what it holds.

Every component is a process with the lab's mark. etcd's data stay in the folder: a cluster that is
started again, after whatever ended it, goes on where it was.
"""

from __future__ import annotations

import secrets
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from cloudlab.lab import processes
from cloudlab.lab.cluster import components, furnishing
from cloudlab.lab.cluster.api import Api, Refused
from cloudlab.lab.cluster.components import Cluster
from cloudlab.lab.errors import LabError, PartFailed, PortTaken
from cloudlab.lab.paths import paths, private_folder, write_private
from cloudlab.lab.ports import is_free
from cloudlab.lab.spawning import spawn
from cloudlab.lab.state import ProcessId

POLL_SECONDS = 0.05
#: Seconds for each step; a first start on a slow machine takes a good part of it.
STEP_SECONDS = 60.0
LOG_LINES = 8
#: By whom each reaches the API server: component → certificate.
USERS = {
    "kube-controller-manager": "controller-manager",
    "kube-scheduler": "scheduler",
    "metrics-server": "metrics-server",
    "kwok": "kwok",
}


class Cancelled(PartFailed):
    """Ctrl-C came while the cluster was starting."""


@dataclass
class Plane:
    """A cluster's processes. `mark` is the part to which they belong."""

    cluster: Cluster
    environment: Mapping[str, str]
    mark: str
    cancelled: threading.Event = field(default_factory=threading.Event)
    bare: bool = False
    """Without nodes and metrics, for a measurement that makes its own."""
    running: dict[str, ProcessId] = field(default_factory=dict)

    def start(self) -> str:
        """Start everything, and return once a pod could run: the id of the cluster's data.

        Where that fails, nothing is left running.
        """
        try:
            memory = self._remember()
            self._begin("etcd")
            self._lay()
            self._await(self._etcd_listens, "etcd")  # the API server would come back a second later
            self._begin("kube-apiserver")
            with Api(self.cluster.port, self.cluster.certificates) as api:
                self._await(api.ready, "kube-apiserver")
                self._begin("kube-controller-manager", "kube-scheduler")
                self._await(lambda: self._furnished(api), "kube-apiserver")
                self._begin("kwok", *(() if self.bare else ("metrics-server",)))
                self._await(lambda: furnishing.settled(api, bare=self.bare), "kwok")
            return memory
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """End all of it."""
        processes.stop(self.running.values(), grace=0.5)
        self.running.clear()

    def _remember(self) -> str:
        """The id of the cluster's data; one without data gets a new one."""
        folder = private_folder(self.cluster.folder)
        for name in (components.ETCD, components.ETCD_PEERS):  # left behind by a killed etcd
            (folder / _socket(name)).unlink(missing_ok=True)
        memory = folder / "memory"
        if not (folder / "etcd").exists() or not memory.exists():
            write_private(memory, secrets.token_hex(8))
        return memory.read_text()

    def _lay(self) -> None:
        """Certificates and configuration."""
        folder = self.cluster.folder
        if not (self.cluster.certificates / "complete").exists():
            from cloudlab.lab.cluster import certificates  # slow to import, and needed once

            certificates.lay(self.cluster.certificates)
        for name in USERS.values():
            write_private(
                self.cluster.kubeconfig(name), components.kubeconfig_text(self.cluster, name)
            )
        log = write_private(folder / "no-log.txt", furnishing.NO_LOG)
        text = furnishing.node_configuration(log, metrics=not self.bare)
        write_private(folder / "kwok.yaml", text)

    def _begin(self, *names: str) -> None:
        """Spawn components."""
        for name in names:
            argv = components.command(self.cluster, name)
            self.running[name] = spawn(
                self.mark, argv, self.environment, log=self._log(name), cwd=self.cluster.folder
            )

    def _etcd_listens(self) -> bool:
        """Whether etcd takes connections: its socket is there."""
        return (self.cluster.folder / _socket(components.ETCD)).exists()

    def _furnished(self, api: Api) -> bool:
        """Lay what the cluster holds; refused while the server still lays what is its own."""
        lay = furnishing.furnish_bare if self.bare else furnishing.furnish
        with suppress(Refused):
            lay(api, self.cluster)
            return True
        return False

    def _await(self, ready: Callable[[], bool], name: str) -> None:
        """Wait; raises `PartFailed` when a component ended or it takes too long."""
        until = time.monotonic() + STEP_SECONDS
        while not ready():
            if self.cancelled.is_set():
                raise Cancelled(f"{self.mark}: cancelled", "cloudlab up")
            ended = [one for one, process in self.running.items() if not processes.alive(process)]
            if ended:
                raise self._failed(ended[0], "ended")
            if time.monotonic() > until:
                raise self._failed(name, f"did not become ready in {STEP_SECONDS:.0f} s")
            time.sleep(POLL_SECONDS)

    def _failed(self, name: str, how: str) -> LabError:
        """What was tried, the last lines of the log, the next thing to do."""
        log = self._log(name)
        if name == "kube-apiserver" and not is_free(self.cluster.port):
            what = f"{name} {how}: another program has just taken port {self.cluster.port}"
            return PortTaken(what, "cloudlab up", log)
        lines = log.read_text(errors="replace").splitlines() if log.exists() else []
        told = [f"  {line[:300]}" for line in lines[-LOG_LINES:]]
        return PartFailed("\n".join([f"{name} {how}", *told]), f"cloudlab restart {self.mark}", log)

    def _log(self, name: str) -> Path:
        return paths().log(f"{self.mark}-{name}")


def _socket(address: str) -> str:
    """The file in etcd's folder."""
    return address.removeprefix("unix://")

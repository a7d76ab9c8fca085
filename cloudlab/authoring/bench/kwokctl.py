"""The same components started by kwokctl, kwok's own command: what the lab's start is held against.

`cloudlab up` returns when a pod could run. kwokctl returns earlier: its cluster has no node, and
its API server may not be ready. So its time is taken until a pod could run there, too: `kwokctl
create cluster`, `kwokctl scale node` to as many nodes as the lab has, and then until these are
ready, without the taint that keeps pods away, and there's an account for a pod. `create` alone is
told beside it.
"""

from __future__ import annotations

import os
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from http.client import HTTPException
from pathlib import Path

import psutil

from cloudlab.authoring.bench.measures import TROUBLE
from cloudlab.lab.cluster import furnishing
from cloudlab.lab.cluster.api import Api, Refused, condition
from cloudlab.lab.environment import safe_environment
from cloudlab.lab.ports import any_free
from cloudlab.lab.tools.finding import find_tool

NAME = "bare"
NODES = len(furnishing.NODES)
LIMIT_SECONDS, POLL_SECONDS = 120.0, 0.05
#: kwokctl's option → the tool of the lab that it's given.
BINARIES = {
    "etcd-binary": "etcd",
    "kube-apiserver-binary": "kube-apiserver",
    "kube-controller-manager-binary": "kube-controller-manager",
    "kube-scheduler-binary": "kube-scheduler",
    "kwok-controller-binary": "kwok",
}
#: Else its components, of which some ask for no password, listen on every address.
CONFIGURATION = """\
kind: KwokctlConfiguration
apiVersion: config.kwok.x-k8s.io/v1alpha1
options:
  bindAddress: 127.0.0.1
"""
#: Else the API server wants a default route: the lab's own is given the same.
LOOPBACK = ("advertise-address=127.0.0.1", "endpoint-reconciler-type=none")
NOT_READY = "node.kubernetes.io/not-ready"


@dataclass(frozen=True)
class Start:
    """One start of a cluster; seconds."""

    created: float
    """Until `kwokctl create cluster` returned."""
    usable: float
    """Until a pod could run."""


def programs() -> dict[str, Path]:
    """kwokctl and what it starts: the lab's own binaries, fetched or built where they aren't here.

    Raises a `LabError` where one can't be had.
    """
    return {name: find_tool(name).path for name in ("kwokctl", *BINARIES.values())}


def start(programs: Mapping[str, Path]) -> Start:
    """Start a new cluster in a folder of its own, and delete it."""
    with _bare(programs) as cluster:
        began = time.perf_counter()
        cluster.create()
        created = time.perf_counter() - began
        cluster.until_usable()
        return Start(created, time.perf_counter() - began)


@dataclass(frozen=True)
class Bare:
    """kwokctl's cluster, all of it in the folder."""

    folder: Path
    programs: Mapping[str, Path]
    port: int

    def create(self) -> None:
        """What kwokctl itself does; it returns as soon as it's done."""
        binaries = [f"--{option}={self.programs[name]}" for option, name in BINARIES.items()]
        config = self.folder / "kwokctl.yaml"
        config.write_text(CONFIGURATION)
        self.run(
            "create",
            "cluster",
            "--runtime=binary",
            f"--config={config}",
            f"--kubeconfig={self.folder / 'kubeconfig'}",
            f"--kube-apiserver-port={self.port}",
            *(f"--extra-args=kube-apiserver={one}" for one in LOOPBACK),
            *binaries,
        )

    def until_usable(self) -> None:
        """Give it nodes, as soon as it takes them, and wait until a pod could run."""
        until = time.monotonic() + LIMIT_SECONDS
        while not self._scaled():
            _give_up_after(until)
        certificates = self.folder / "work" / "clusters" / NAME / "pki"
        with Api(self.port, certificates) as api:
            while not usable(api):
                _give_up_after(until)

    def run(self, *words: str) -> None:
        """`kwokctl WORDS` on this cluster; nothing of the learner's is read or written."""
        argv = [str(self.programs["kwokctl"]), f"--name={NAME}", *words]
        env = {
            **safe_environment(os.environ, None),
            "HOME": str(self.folder),
            "KWOK_WORKDIR": str(self.folder / "work"),
        }
        done = subprocess.run(
            argv, env=env, capture_output=True, text=True, timeout=LIMIT_SECONDS, check=False
        )
        if done.returncode:
            raise RuntimeError(f"kwokctl {' '.join(words[:2])}: {done.stderr[-500:]}")

    def delete(self) -> None:
        """End it, whatever became of it: no process of the folder's is left."""
        with suppress(*TROUBLE):
            self.run("delete", "cluster", f"--kubeconfig={self.folder / 'kubeconfig'}")
        for one in of_folder(self.folder):
            with suppress(psutil.Error):
                one.kill()
                one.wait(5)

    def _scaled(self) -> bool:
        """Whether it took the nodes: it doesn't before its API server is ready."""
        try:
            self.run("scale", "node", f"--replicas={NODES}")
        except RuntimeError:
            return False
        return True


def usable(api: Api) -> bool:
    """Whether a pod that is created now can run."""
    try:
        nodes = api.items("/api/v1/nodes")
        accounts = api.items("/api/v1/namespaces/default/serviceaccounts")
    except (OSError, HTTPException, Refused):
        return False
    shut = [taint for one in nodes for taint in one["spec"].get("taints", [])]
    ready = [one for one in nodes if condition(one, "Ready")]
    return len(ready) >= NODES and bool(accounts) and NOT_READY not in [t["key"] for t in shut]


def of_folder(folder: Path) -> Iterator[psutil.Process]:
    """The processes whose program lies in the folder, as kwokctl's do."""
    for process in psutil.process_iter():
        with suppress(psutil.Error, OSError):
            words = process.cmdline()
            if words and words[0].startswith(f"{folder}/"):
                yield process


@contextmanager
def _bare(programs: Mapping[str, Path]) -> Iterator[Bare]:
    """A cluster to be, in a temporary folder; at the end it's deleted, then the folder."""
    with tempfile.TemporaryDirectory(prefix="kwokctl-", ignore_cleanup_errors=True) as folder:
        cluster = Bare(Path(folder).resolve(), programs, any_free())
        try:
            yield cluster
        finally:
            cluster.delete()


def _give_up_after(until: float) -> None:
    if time.monotonic() > until:
        raise RuntimeError(f"kwokctl's cluster took no pod within {LIMIT_SECONDS:.0f} s")
    time.sleep(POLL_SECONDS)

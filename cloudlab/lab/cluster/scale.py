"""How fast a control plane schedules: 1,000 simulated nodes and 5,000 pods, with limits or without.

It's measured on a second cluster beside the lab's own, which is gone afterwards: nothing of the
learner's is touched, whatever interrupts it.
"""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field

import psutil

from cloudlab.lab import processes
from cloudlab.lab.cluster import components, furnishing
from cloudlab.lab.cluster.api import Api, Object
from cloudlab.lab.cluster.components import Cluster
from cloudlab.lab.cluster.plane import Plane
from cloudlab.lab.environment import safe_environment
from cloudlab.lab.errors import PartFailed
from cloudlab.lab.kube_client import METADATA
from cloudlab.lab.paths import paths
from cloudlab.lab.ports import any_free
from cloudlab.lab.tools.finding import find_tool

NAME = "kubernetes-scale"
#: How many calls at a time make the nodes, and how many seconds lie between two looks.
CALLERS, LOOK_SECONDS = 8, 2.0
LIMIT_SECONDS = 600.0
#: The form of a list that `kubectl get` shows: a row of cells for each object.
TABLE = "application/json;as=Table;g=meta.k8s.io;v=v1"


@dataclass
class Scale:
    """What was measured; times in seconds."""

    limited: bool
    nodes: int
    pods: int
    nodes_ready: float = 0.0
    pods_running: float = 0.0
    samples: list[tuple[float, int]] = field(default_factory=list)
    """(seconds since the pods were asked for, pods that had been given a node and run)."""
    megabytes: float = 0.0
    """The resident memory of all components, at the end."""

    @property
    def latest(self) -> str:
        """How far it is."""
        return f"{self.samples[-1][1] if self.samples else 0} of {self.pods} pods"

    @property
    def pods_a_second(self) -> float:
        """On average."""
        return self.pods / self.pods_running if self.pods_running else 0.0


def measure(
    nodes: int = 1000,
    pods: int = 5000,
    *,
    limited: bool = True,
    say: Callable[[str], None] = print,
) -> Scale:
    """Make so many nodes, then a Deployment of so many pods, and look at how fast they come.

    `limited`: whether components hold themselves back as they do by default.
    """
    found = Scale(limited, nodes, pods)
    with _cluster(limited) as plane, _api(plane) as api:
        began = time.monotonic()
        _make_nodes(plane, nodes)
        _until(lambda: _ready_nodes(api) >= nodes, say, lambda: f"{nodes} nodes")
        found.nodes_ready = time.monotonic() - began
        began = time.monotonic()
        api.create(_deployment(pods))
        _until(lambda: _look(api, found, began) >= pods, say, lambda: found.latest)
        found.pods_running = time.monotonic() - began
        found.megabytes = _megabytes(plane)
    return found


@contextmanager
def _cluster(limited: bool) -> Iterator[Plane]:
    """A second cluster, and nothing of it afterwards."""
    folder = paths().state / NAME
    shutil.rmtree(folder, ignore_errors=True)
    programs = {name: find_tool(name).path for name in components.NAMES}
    cluster = Cluster(folder, any_free(), any_free(), any_free(), programs, limited)
    plane = Plane(cluster, safe_environment(os.environ, None), NAME, bare=True)
    try:
        plane.start()
        yield plane
    finally:
        plane.stop()
        shutil.rmtree(folder, ignore_errors=True)


def _api(plane: Plane) -> Api:
    return Api(plane.cluster.port, plane.cluster.certificates)


def _make_nodes(plane: Plane, nodes: int) -> None:
    """As fast as the API server takes them: a connection for each caller."""
    names = [f"node-{number}" for number in range(nodes)]

    def some(mine: list[str]) -> None:
        with _api(plane) as api:
            for name in mine:
                api.create(furnishing.node(name))

    with ThreadPoolExecutor(CALLERS) as pool:
        list(pool.map(some, [names[first::CALLERS] for first in range(CALLERS)]))


def _ready_nodes(api: Api) -> int:
    """Counted on the server's copy in memory, without the objects: looking mustn't slow it down."""
    table = api.get("/api/v1/nodes?resourceVersion=0&includeObject=None", TABLE)
    return sum(1 for row in table["rows"] if row["cells"][1] == "Ready")  # NAME, STATUS, …


def _look(api: Api, found: Scale, began: float) -> int:
    """How many pods run now; remembered for the curve."""
    where = "/api/v1/namespaces/default/pods?resourceVersion=0&fieldSelector=status.phase%3DRunning"
    number = len(api.items(where, METADATA))
    found.samples.append((time.monotonic() - began, number))
    return number


def _until(ready: Callable[[], bool], say: Callable[[str], None], what: Callable[[], str]) -> None:
    """Look until it's so."""
    until = time.monotonic() + LIMIT_SECONDS
    while not ready():
        if time.monotonic() > until:
            raise PartFailed(
                f"not there in {LIMIT_SECONDS:.0f} s: {what()}", "try a smaller number"
            )
        say(what())
        time.sleep(LOOK_SECONDS)


def _megabytes(plane: Plane) -> float:
    """The memory that the components hold."""
    found = [processes.find(one) for one in plane.running.values()]
    return sum(one.memory_info().rss for one in found if isinstance(one, psutil.Process)) / 1e6


def _deployment(pods: int) -> Object:
    """So many pods of next to no size: 110 fit on a node."""
    labels = {"app": "many"}
    container = {"name": "one", "image": "simulated", "resources": {"requests": {"cpu": "1m"}}}
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": "many", "namespace": "default"},
        "spec": {
            "replicas": pods,
            "selector": {"matchLabels": labels},
            "template": {"metadata": {"labels": labels}, "spec": {"containers": [container]}},
        },
    }

"""Load on pods, by one word on every backend.

In all so many thousandths of a processor, shared by the pods that the selector finds: the more
there are, the less each has to do. On real nodes it is work, asked of each pod at its own address
`/work?ms=…`; on simulated nodes it is what the node says of the pod's use.
"""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any
from urllib.parse import quote

from cloudlab.lab import kube_client
from cloudlab.lab.errors import LabError
from cloudlab.lab.state import load_state

#: What a simulated node reports of a pod.
USE = "kwok.x-k8s.io/usage-cpu"
MERGE = "application/merge-patch+json"
#: How often new pods are looked for, and the work of one call.
ROUND_SECONDS = 1.0
CALL_MILLISECONDS = 100
CALLERS = 16

Key = tuple[str, str]

_running: dict[Key, Load] = {}


def load(namespace: str, selector: str, millicores: int) -> None:
    """Put load on the namespace's pods with these labels (`app=web`); 0 takes it away again.

    It goes on, for pods that come later too, until it's taken away or the notebook's kernel ends.
    """
    key = (namespace, selector)
    if before := _running.pop(key, None):
        before.stop()
    one = Load(namespace, selector, millicores, simulated=is_simulated())
    if millicores:
        _running[key] = one
        one.start()
    else:
        one.take_away()


def stop_all() -> None:
    """Take all load away: a section's clean-up."""
    for namespace, selector in list(_running):
        load(namespace, selector, 0)


def is_simulated() -> bool:
    """Whether the cluster's nodes are."""
    part = load_state().parts.get(kube_client.PART)
    return bool(part and part.fidelity == "simulated")


class Load:
    """One load, kept up by a thread."""

    def __init__(self, namespace: str, selector: str, millicores: int, simulated: bool) -> None:
        self.namespace, self.selector, self.millicores = namespace, selector, millicores
        self.simulated = simulated
        self.ended = threading.Event()
        self.thread = threading.Thread(target=self._run, name=f"load {selector}", daemon=True)

    def start(self) -> None:
        """The first round at once: a mistake in the selector's syntax is raised here."""
        self.round()
        self.thread.start()

    def stop(self) -> None:
        """No more rounds."""
        self.ended.set()
        self.thread.join()

    def take_away(self) -> None:
        """Nothing is left of it in the cluster."""
        if self.simulated:
            for pod in self.pods():
                self._say(pod, None)

    def round(self) -> None:
        """Share the load anew between the pods that are there now."""
        pods = [pod for pod in self.pods() if _runs(pod)]
        if not pods:
            return
        share = max(1, round(self.millicores / len(pods)))
        if self.simulated:
            for pod in pods:
                self._say(pod, f"{share}m")
        else:
            self._work([pod["metadata"]["name"] for pod in pods], share)

    def pods(self) -> list[dict[str, Any]]:
        """The pods that bear the labels."""
        where = f"/api/v1/namespaces/{self.namespace}/pods?labelSelector={quote(self.selector)}"
        return list(kube_client.call(where)["items"])

    def _run(self) -> None:
        """A round each second, its own time included; a cluster that is away is waited for."""
        began = time.monotonic()
        while not self.ended.wait(max(0.0, began + ROUND_SECONDS - time.monotonic())):
            began = time.monotonic()
            with suppress(LabError, OSError):
                self.round()

    def _say(self, pod: dict[str, Any], use: str | None) -> None:
        """Write what the pod is to use, where it isn't written yet."""
        if (pod["metadata"].get("annotations") or {}).get(USE) != use:
            change = {"metadata": {"annotations": {USE: use}}}
            with suppress(*_gone()):
                kube_client.call(
                    self._path(pod["metadata"]["name"]), "PATCH", change, content=MERGE
                )

    def _work(self, names: list[str], share: int) -> None:
        """Ask each pod for `share` milliseconds of work: so much of each second."""
        calls = [name for name in names for _ in range(max(1, share // CALL_MILLISECONDS))]
        each = min(share, CALL_MILLISECONDS)
        with ThreadPoolExecutor(CALLERS) as pool:
            list(pool.map(lambda name: self._ask(name, each), calls))

    def _ask(self, name: str, milliseconds: int) -> None:
        with suppress(*_gone()):
            kube_client.call(f"{self._path(name)}/proxy/work?ms={milliseconds}", accept="*/*")

    def _path(self, name: str) -> str:
        return f"/api/v1/namespaces/{self.namespace}/pods/{name}"


def _runs(pod: dict[str, Any]) -> bool:
    """Whether the pod is there to work."""
    deleted = "deletionTimestamp" in pod["metadata"]
    return not deleted and pod.get("status", {}).get("phase") == "Running"


def _gone() -> tuple[type[Exception], ...]:
    """What a pod that goes in between, or can't be reached, comes to."""
    from kubernetes.client import ApiException

    return (ApiException,)

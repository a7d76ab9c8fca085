"""Takes the database away from the web servers, and gives it back: `python database.py away`.

Their /health answers 200 as long as the program runs; their /ready answers 503 while the database
is away. On a real node the programs are told so, and the kubelet's probes notice by themselves. On
a simulated node nobody asks a probe: this script reads the probes of each pod, and writes into the
pod's status what a kubelet would have written after asking them.
"""

from __future__ import annotations

import subprocess
import sys
import time
from typing import Any

from kubernetes import client, config

NAMESPACE, SELECTOR = "shop", "app=web"
SIMULATED = "kwok.x-k8s.io/node"
MARK = "/tmp/not-ready"
ASKS_THE_DATABASE = "/ready"
NOTICED_SECONDS = 30


def main(word: str) -> None:
    """Make it so, on whatever kind of nodes the pods are, and wait until it can be seen."""
    if word not in ("away", "back"):
        sys.exit("Say what happens: python database.py away, or python database.py back")
    config.load_kube_config()
    core = client.CoreV1Api()
    nodes: list[Any] = core.list_node().items
    simulated = {n.metadata.name for n in nodes if is_simulated(n)}
    pods = running(core)
    for pod in pods:
        play = write_status if pod.spec.node_name in simulated else tell_program
        play(core, pod, away=word == "away")
    wait_for_probes(core, pods, away=word == "away")
    by = "computed by the lab from the pods' probes" if simulated else "by the kubelets' own probes"
    print(f"The database is {word}. What the pods' status says now: {by}.")


def is_simulated(node: Any) -> bool:
    """Whether no kubelet runs there."""
    return SIMULATED in (node.metadata.annotations or {})


def running(core: Any) -> list[Any]:
    """The web servers' pods that have a node and aren't on their way out."""
    found = core.list_namespaced_pod(NAMESPACE, label_selector=SELECTOR).items
    return [p for p in found if p.spec.node_name and not p.metadata.deletion_timestamp]


def tell_program(core: Any, pod: Any, *, away: bool) -> None:
    """A real program looks for a file before it answers /ready."""
    change = ["touch", MARK] if away else ["rm", "-f", MARK]
    command = ["kubectl", "exec", "-n", NAMESPACE, pod.metadata.name, "--", *change]
    subprocess.run(command, check=True)


def write_status(core: Any, pod: Any, *, away: bool) -> None:
    """What a kubelet would write: not ready after readiness failed, restarted after liveness."""
    container = pod.spec.containers[0]
    fails = away and asks_the_database(container.readiness_probe)
    restart = away and asks_the_database(container.liveness_probe)
    now = "False" if fails else "True"
    status = pod.status.container_statuses[0]
    status.ready, status.restart_count = not fails, status.restart_count + restart
    for condition in pod.status.conditions:
        if condition.type in ("Ready", "ContainersReady"):
            condition.status = now
    core.patch_namespaced_pod_status(pod.metadata.name, NAMESPACE, pod)


def asks_the_database(probe: Any) -> bool:
    """Whether the probe's answer depends on the database."""
    return bool(probe and probe.http_get and probe.http_get.path == ASKS_THE_DATABASE)


def wait_for_probes(core: Any, before: list[Any], *, away: bool) -> None:
    """Until every pod's status shows it; a pod whose probes don't notice is waited for in vain."""
    counts = {p.metadata.name: restarts(p) for p in before}
    deadline = time.monotonic() + NOTICED_SECONDS
    while time.monotonic() < deadline:
        pods = running(core)
        restarted = any(restarts(p) > counts.get(p.metadata.name, 0) for p in pods)
        noticed = all(is_ready(p) != away for p in pods)
        if (noticed and not (away and watched_by_liveness(pods))) or restarted:
            return
        if away and not any(asks(p) for p in pods):
            return
        time.sleep(0.5)


def asks(pod: Any) -> bool:
    """Whether one of the pod's probes can notice at all."""
    container = pod.spec.containers[0]
    probes = (container.readiness_probe, container.liveness_probe)
    return any(asks_the_database(probe) for probe in probes)


def watched_by_liveness(pods: list[Any]) -> bool:
    """Whether a restart is to be expected."""
    return any(asks_the_database(p.spec.containers[0].liveness_probe) for p in pods)


def restarts(pod: Any) -> int:
    """How often the pod's container was started again."""
    return sum(one.restart_count for one in pod.status.container_statuses or ())


def is_ready(pod: Any) -> bool:
    """Whether the pod may be sent requests."""
    return any(c.type == "Ready" and c.status == "True" for c in pod.status.conditions or ())


if __name__ == "__main__":
    main(sys.argv[-1])

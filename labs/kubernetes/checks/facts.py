"""The story that the checks and the post-mortem read: lines that people can read, too."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from cloudlab.learning.checks import watch
from cloudlab.learning.view import LabView

from .cluster import (
    Cluster,
    Object,
    asks_in_vain,
    cluster,
    condition,
    ending,
    name_of,
    owner,
    ready,
    restarts,
    rolled_out,
    uid_of,
)

BETWEEN = " · "
NOBODY = "nobody"
ASSIGNED = re.compile(r"Successfully assigned \S+/(?P<pod>\S+) to ")
#: What controllers say when they add or take away pods.
STEPS = {"ScalingReplicaSet", "SuccessfulCreate", "SuccessfulDelete", "SuccessfulRescale"}


class Pod(NamedTuple):
    """A pod as it was seen at one look."""

    name: str
    state: str
    owner: str
    restarts: int
    node: str
    uid: str

    @property
    def workload(self) -> str:
        """The Deployment (or StatefulSet) at the top, by the names that controllers give."""
        kind, _, name = self.owner.partition(" ")
        return name.rpartition("-")[0] if kind == "ReplicaSet" else name

    def line(self) -> str:
        """As it's kept."""
        return BETWEEN.join(map(str, self))


class Workload(NamedTuple):
    """A Deployment or StatefulSet as it was seen at one look."""

    name: str
    uid: str
    wants: int
    generation: int
    """Counts the changes of its spec: a death is none."""
    state: str
    """Whether the controllers have done all that was asked."""
    steady_since: str
    """Since when it has had enough ready pods without a break: Kubernetes keeps that time."""

    def line(self) -> str:
        """As it's kept."""
        return BETWEEN.join(map(str, self))


def workload_in(facts: dict[str, Any], name: str) -> Workload | None:
    """The workload of that name at one look, or None where there was none."""
    for line in facts.get("workloads", []):
        found, uid, wants, generation, state, steady = line.split(BETWEEN)
        if found == name:
            return Workload(found, uid, int(wants), int(generation), state, steady)
    return None


def pods_in(facts: dict[str, Any]) -> list[Pod]:
    """The pods that were there at one look."""
    found = []
    for line in facts.get("pods", []):
        name, state, owner_, restarts_, node, uid = line.split(BETWEEN)
        found.append(Pod(name, state, owner_, int(restarts_), node, uid))
    return found


def pods_seen(lab: LabView, workload: str) -> list[list[Pod]]:
    """The workload's pods at each look since `connect`, oldest first."""
    looks = [pods_in(seen.facts) for seen in lab.observations]
    return [[pod for pod in look if pod.workload == workload] for look in looks]


def new_lines(lab: LabView, fact: str) -> list[str]:
    """The lines that a fact holds now and didn't hold at `connect`."""
    now = (lab.history(fact) or [[]])[-1] or []
    before = set(lab.baseline(fact) or ())
    return [line for line in now if line not in before]


@watch
def facts(lab: LabView) -> dict[str, Any]:
    """What changes when somebody works on this section, in a form that can be kept and compared."""
    now = cluster(lab)
    return {
        "pods": [_pod(pod).line() for pod in now.all("pods")],
        "workloads": [
            _workload(one).line() for one in now.all("deployments") + now.all("statefulsets")
        ],
        "no node for": [name_of(d) for d in now.all("deployments") if asks_in_vain(now, d)],
        "endpoints": sorted(_endpoints(now)),
        "services": [*map(_service, now.all("services"))],
        "settings": [*_settings(now)],
        "claims": [f"{name_of(one)}{BETWEEN}{uid_of(one)}" for one in _claims(now)],
        "autoscalers": [*map(_autoscaler, now.all("horizontalpodautoscalers"))],
        "budgets": [*map(_budget, now.all("poddisruptionbudgets"))],
        "quotas": [name_of(one) for one in now.all("resourcequotas")],
        "closed nodes": [name_of(n) for n in now.all("nodes") if n["spec"].get("unschedulable")],
        "steps": sorted(_steps(now)),
        "placed": sorted(_placed(now)),
    }


def _pod(pod: Object) -> Pod:
    kind, name, _ = owner(pod)
    return Pod(
        name_of(pod),
        _state(pod),
        f"{kind} {name}".strip() or NOBODY,
        restarts(pod),
        pod["spec"].get("nodeName") or "no node",
        uid_of(pod),
    )


def _state(pod: Object) -> str:
    if ending(pod):
        return "ending"
    if ready(pod):
        return "ready"
    return "not ready" if pod["spec"].get("nodeName") else "waiting"


def _workload(found: Object) -> Workload:
    return Workload(
        name_of(found),
        uid_of(found),
        found["spec"].get("replicas", 1),
        found["metadata"]["generation"],
        "done" if rolled_out(found) else "working",
        condition(found, "Available").get("lastTransitionTime", ""),
    )


def _endpoints(now: Cluster) -> Iterator[str]:
    for service in now.all("services"):
        for pod, port, is_ready in now.endpoints(name_of(service)):
            state = "ready" if is_ready else "not ready"
            yield BETWEEN.join([name_of(service), pod, str(port), state])


def _service(found: Object) -> str:
    spec = found["spec"]
    chosen = ",".join(f"{k}={v}" for k, v in sorted((spec.get("selector") or {}).items()))
    ports = ",".join(f"{p['port']}→{p.get('targetPort')}" for p in spec.get("ports") or ())
    return BETWEEN.join([name_of(found), chosen or "selects nothing", ports])


def _settings(now: Cluster) -> Iterator[str]:
    """ConfigMaps with their values; of Secrets the names of the keys alone."""
    for found in now.all("configmaps"):
        if name_of(found) != "kube-root-ca.crt":
            for key, value in sorted((found.get("data") or {}).items()):
                yield f"{name_of(found)}: {key} = {value}"
    for found in now.all("secrets"):
        for key in sorted(found.get("data") or {}):
            yield f"{name_of(found)}: {key} (secret)"


def _claims(now: Cluster) -> list[Object]:
    return [one for one in now.all("persistentvolumeclaims") if not ending(one)]


def _autoscaler(found: Object) -> str:
    spec, status = found["spec"], found.get("status") or {}
    limits = f"{spec.get('minReplicas', 1)} to {spec['maxReplicas']}"
    sees = "sees" if condition(found, "ScalingActive").get("status") == "True" else "is blind"
    wants = f"wants {status.get('desiredReplicas', 0)}"
    return BETWEEN.join([name_of(found), limits, wants, sees])


def _budget(found: Object) -> str:
    status = found.get("status") or {}
    healthy = f"{status.get('currentHealthy', 0)} of {status.get('desiredHealthy', 0)} healthy"
    return BETWEEN.join([name_of(found), healthy, f"{status.get('disruptionsAllowed', 0)} may go"])


def _steps(now: Cluster) -> Iterator[str]:
    """What the controllers did, as their events tell; count and UID tell one time from the next."""
    for event in now.all("events"):
        if event.get("reason") in STEPS:
            about = event["involvedObject"].get("name", "")
            times = f"({event.get('count') or 1})"
            yield BETWEEN.join([f"{about}: {event.get('message', '')}", times, uid_of(event)])


def _placed(now: Cluster) -> Iterator[str]:
    """Every pod that the scheduler gave a node, even one that's gone again."""
    for event in now.all("events"):
        if found := ASSIGNED.match(event.get("message") or ""):
            yield f"{found['pod']}{BETWEEN}{str(event['involvedObject'].get('uid', ''))[:8]}"

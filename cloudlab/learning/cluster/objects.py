"""What each object is drawn as, and what ties it to others: owners, selectors, targets, claims."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from cloudlab.learning.graph import OWNS, Graph, Node

Item = dict[str, Any]
Call = Callable[[str], Any]

#: Where there are more alike, they're one box.
MANY = 8
SHAPES = {"Service": "door", "Ingress": "door", "PersistentVolumeClaim": "store", "Node": "place"}
SHORT = {
    "HorizontalPodAutoscaler": "Autoscaler",
    "PersistentVolumeClaim": "Claim",
    "EndpointSlice": "Endpoints of",
}


def add_objects(graph: Graph, box: str, found: dict[str, list[Item]], call: Call) -> None:
    """Add a namespace's objects (kind → objects) and their ties."""
    groups = _crowds(found["Pod"])
    for kind, items in found.items():
        for item in items:
            if not (kind == "Pod" and id_of(item) in groups) and not _is_past(kind, item):
                graph.add(_node(kind, item, box))
    for crowd in set(groups.values()):
        alike = [pod for pod in found["Pod"] if groups.get(id_of(pod)) == crowd]
        ready = sum(is_ready(pod) for pod in alike)
        note = f"{ready} of {len(alike)} ready"
        style = "good" if ready == len(alike) else "bad"
        graph.add(Node(crowd, "Pods", f"×{len(alike)}", note, style=style, box=box))
        graph.tie(crowd.removeprefix("of "), crowd, OWNS)
    for kind, items in found.items():
        for item in items:
            for source, target, label, broken in _ties(kind, item, found):
                ends = groups.get(source, source), groups.get(target, target)
                if ends[0] not in set(groups.values()) and not _is_tied(graph, *ends, label):
                    graph.tie(*ends, label, broken=broken)
    _add_nodes(graph, found["Pod"], groups, call)


def id_of(item: Item) -> str:
    """The object's uid: it's another one after it was made anew under the same name."""
    return str(item["metadata"]["uid"])


def is_ready(pod: Item) -> bool:
    """Whether the pod takes requests."""
    conditions = pod.get("status", {}).get("conditions") or []
    return any(one["type"] == "Ready" and one["status"] == "True" for one in conditions)


def _crowds(pods: list[Item]) -> dict[str, str]:
    """Pod → the box that stands for it and its siblings, where these are many."""
    siblings: dict[str, list[str]] = {}
    for pod in pods:
        for owner in _owners(pod):
            siblings.setdefault(owner, []).append(id_of(pod))
    crowds = {owner: ids for owner, ids in siblings.items() if len(ids) > MANY}
    return {id_: f"of {owner}" for owner, ids in crowds.items() for id_ in ids}


def _is_past(kind: str, item: Item) -> bool:
    """A ReplicaSet of an earlier rollout keeps no pod any more."""
    return kind == "ReplicaSet" and not item.get("status", {}).get("replicas")


def _is_tied(graph: Graph, source: str, target: str, label: str) -> bool:
    return any((one.source, one.target, one.label) == (source, target, label) for one in graph.ties)


def _node(kind: str, item: Item, box: str) -> Node:
    name = item["metadata"]["name"]
    if kind == "EndpointSlice":
        name = item["metadata"].get("labels", {}).get("kubernetes.io/service-name", name)
    note, good = _state(kind, item)
    style = {True: "good", False: "bad", None: ""}[good]
    shape = SHAPES.get(kind, "thing")
    return Node(id_of(item), SHORT.get(kind, kind), name, note, shape, style, box)


def _state(kind: str, item: Item) -> tuple[str, bool | None]:
    """What there is to say of it, and whether that's good; None for neither."""
    spec, status = item.get("spec", {}), item.get("status", {})
    if kind in ("Deployment", "StatefulSet", "ReplicaSet"):
        wanted, ready = spec.get("replicas", 1), status.get("readyReplicas", 0)
        return f"{ready} of {wanted} ready", ready == wanted
    if kind == "Pod":
        phase = status.get("phase", "Unknown")
        return (
            ("ready", True) if is_ready(item) else (_waiting(item) or phase, phase == "Succeeded")
        )
    if kind == "PersistentVolumeClaim":
        return str(status.get("phase", "")).lower(), status.get("phase") == "Bound"
    if kind == "HorizontalPodAutoscaler":
        now, wanted = status.get("currentReplicas", 0), status.get("desiredReplicas", 0)
        return f"now {now}, wants {wanted}", None
    if kind == "Service":
        ports = ", ".join(str(one["port"]) for one in spec.get("ports") or [])
        return ("headless" if spec.get("clusterIP") == "None" else f"port {ports}"), None
    return "", None


def _waiting(pod: Item) -> str:
    """Why a container doesn't run, e.g. CreateContainerConfigError; or that it's not ready."""
    statuses = pod.get("status", {}).get("containerStatuses") or []
    reasons = [one["state"]["waiting"]["reason"] for one in statuses if "waiting" in one["state"]]
    running = pod.get("status", {}).get("phase") == "Running"
    return ", ".join(dict.fromkeys(reasons)) or ("running, not ready" if running else "")


def _owners(item: Item) -> list[str]:
    return [one["uid"] for one in item["metadata"].get("ownerReferences") or []]


def _ties(
    kind: str, item: Item, found: dict[str, list[Item]]
) -> Iterator[tuple[str, str, str, bool]]:
    """From, to, what, whether it's broken."""
    own = id_of(item)
    for owner in _owners(item):
        yield owner, own, OWNS, False
    if kind == "EndpointSlice":
        for one in item.get("endpoints") or []:
            ready = one.get("conditions", {}).get("ready") is not False
            label = "sends to" if ready else "holds back from"
            yield own, (one.get("targetRef") or {}).get("uid", ""), label, not ready
    if kind == "Pod":
        for volume in item["spec"].get("volumes") or []:
            claim = volume.get("persistentVolumeClaim", {}).get("claimName")
            yield own, _named(found, "PersistentVolumeClaim", claim), "keeps data in", False
    if kind == "HorizontalPodAutoscaler":
        target, spec = item["spec"]["scaleTargetRef"], item["spec"]
        label = f"scales {spec.get('minReplicas', 1)} to {spec['maxReplicas']}"
        yield own, _named(found, target["kind"], target["name"]), label, False
    if kind == "Ingress":
        yield from ((own, to, label, False) for to, label in _routes(item, found))


def _routes(ingress: Item, found: dict[str, list[Item]]) -> Iterator[tuple[str, str]]:
    """Service and what is sent there, e.g. `shop.local/api`."""
    for rule in ingress["spec"].get("rules") or []:
        for path in (rule.get("http") or {}).get("paths") or []:
            service = (path["backend"].get("service") or {}).get("name")
            label = f"sends {rule.get('host', '')}{path.get('path', '/')} to"
            yield _named(found, "Service", service), label


def _named(found: dict[str, list[Item]], kind: str, name: str | None) -> str:
    return next((id_of(o) for o in found.get(kind, []) if o["metadata"]["name"] == name), "")


def _add_nodes(graph: Graph, pods: list[Item], groups: dict[str, str], call: Call) -> None:
    """The machines on which the pods run, where there are few."""
    single = [pod for pod in pods if id_of(pod) not in groups and pod["spec"].get("nodeName")]
    names = sorted({pod["spec"]["nodeName"] for pod in single})
    if not 0 < len(names) <= MANY:
        return
    for name in names:
        closed = call(f"/api/v1/nodes/{name}").get("spec", {}).get("unschedulable", False)
        note = "closed to new pods" if closed else ""
        graph.add(Node(f"node {name}", "Node", name, note, "place", "bad" if closed else ""))
    for pod in single:
        graph.tie(id_of(pod), f"node {pod['spec']['nodeName']}", "runs on")

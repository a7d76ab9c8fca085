"""The section's namespace as the API gives it: plain objects, each kind read once a look."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Iterator
from typing import Any
from weakref import WeakKeyDictionary

from cloudlab.learning.view import LabView

NAMESPACE = "shop"
WEB = "web"
DATABASE = "postgres"

Object = dict[str, Any]
"""An object of the API, with the field names that a manifest has."""

_IN_NAMESPACE = {
    "pods": "api/v1",
    "services": "api/v1",
    "configmaps": "api/v1",
    "secrets": "api/v1",
    "persistentvolumeclaims": "api/v1",
    "resourcequotas": "api/v1",
    "events": "api/v1",
    "deployments": "apis/apps/v1",
    "replicasets": "apis/apps/v1",
    "statefulsets": "apis/apps/v1",
    "endpointslices": "apis/discovery.k8s.io/v1",
    "horizontalpodautoscalers": "apis/autoscaling/v2",
    "poddisruptionbudgets": "apis/policy/v1",
}


class Cluster:
    """The live objects of the shop, by kind (a resource's plural, such as "pods")."""

    def __init__(self, read: Callable[[str], list[Object]]) -> None:
        self._read = read
        self._known: dict[str, list[Object]] = {}

    def all(self, kind: str) -> list[Object]:
        """Every object of the kind, by name."""
        if kind not in self._known:
            self._known[kind] = sorted(self._read(kind), key=name_of)
        return self._known[kind]

    def one(self, kind: str, name: str) -> Object | None:
        """The object of that name, or None."""
        return next((found for found in self.all(kind) if name_of(found) == name), None)

    def pods_of(self, workload: str) -> list[Object]:
        """The pods that a Deployment or StatefulSet of that name owns, those ending left out."""
        sets = {
            found["metadata"]["uid"]
            for found in self.all("replicasets")
            if owner(found)[1] == workload
        }
        return [
            pod
            for pod in self.all("pods")
            if not ending(pod)
            and (owner(pod)[2] in sets or owner(pod)[:2] == ("StatefulSet", workload))
        ]

    def endpoints(self, service: str) -> Iterator[tuple[str, int | None, bool]]:
        """(pod's name, port, ready) for each address behind a Service."""
        for found in self.all("endpointslices"):
            if (found["metadata"].get("labels") or {}).get("kubernetes.io/service-name") != service:
                continue
            port = next((p.get("port") for p in found.get("ports") or ()), None)
            for endpoint in found.get("endpoints") or ():
                target = (endpoint.get("targetRef") or {}).get("name", "")
                yield target, port, bool((endpoint.get("conditions") or {}).get("ready"))

    def value(self, variable: Object) -> str | None:
        """What a container's variable is given: a text, or None where its key doesn't exist."""
        if "valueFrom" not in variable:
            return str(variable.get("value", ""))
        for reference, kind in (("secretKeyRef", "secrets"), ("configMapKeyRef", "configmaps")):
            if wanted := variable["valueFrom"].get(reference):
                source = self.one(kind, wanted["name"])
                data = (source or {}).get("data") or {}
                text = data.get(wanted["key"])
                return decoded(text) if text is not None and kind == "secrets" else text
        return ""


_clusters: WeakKeyDictionary[LabView, Cluster] = WeakKeyDictionary()


def cluster(lab: LabView) -> Cluster:
    """The shop as this look finds it."""
    if lab not in _clusters:
        _clusters[lab] = Cluster(lambda kind: _list(lab, kind))
    return _clusters[lab]


def _list(lab: LabView, kind: str) -> list[Object]:
    """An empty list, too, where the namespace doesn't exist."""
    group = _IN_NAMESPACE.get(kind)
    path = f"/{group}/namespaces/{NAMESPACE}/{kind}" if group else f"/api/v1/{kind}"
    return list(lab.kube_get(path)["items"] or [])


def asks_in_vain(now: Cluster, workload: Object) -> bool:
    """Whether its template asks for a node that this cluster doesn't have."""
    chosen = workload["spec"]["template"]["spec"].get("nodeSelector") or {}
    labels = [node["metadata"].get("labels") for node in now.all("nodes")]
    return bool(chosen) and not any(matches(chosen, one) for one in labels)


# What an object says of itself


def name_of(found: Object) -> str:
    """Its name."""
    return str(found["metadata"]["name"])


def uid_of(found: Object) -> str:
    """The beginning of its UID, enough to tell one life from the next."""
    return str(found["metadata"]["uid"])[:8]


def owner(found: Object) -> tuple[str, str, str]:
    """(kind, name, UID) of what controls it; empty where nothing does."""
    for reference in found["metadata"].get("ownerReferences") or ():
        if reference.get("controller"):
            return reference["kind"], reference["name"], reference["uid"]
    return "", "", ""


def ending(found: Object) -> bool:
    """Whether it was told to go."""
    return "deletionTimestamp" in found["metadata"]


def ready(pod: Object) -> bool:
    """Whether the pod may be sent requests."""
    conditions = (pod.get("status") or {}).get("conditions") or ()
    return not ending(pod) and any(
        one["type"] == "Ready" and one["status"] == "True" for one in conditions
    )


def rolled_out(workload: Object) -> bool:
    """Whether all its pods are of its newest template, and ready."""
    status, wants = workload.get("status") or {}, workload["spec"].get("replicas", 1)
    counts = {status.get(key, 0) for key in ("replicas", "updatedReplicas", "readyReplicas")}
    known = status.get("observedGeneration") == workload["metadata"]["generation"]
    return known and counts == {wants}


def restarts(pod: Object) -> int:
    """How often its containers were started again."""
    statuses = (pod.get("status") or {}).get("containerStatuses") or ()
    return sum(one.get("restartCount", 0) for one in statuses)


def container(workload: Object) -> Object:
    """The first container of a Deployment's or StatefulSet's template, or of a pod."""
    spec = workload["spec"]
    inner = spec["template"]["spec"] if "template" in spec else spec
    return dict(inner["containers"][0])


def condition(found: Object, type_: str) -> Object:
    """The status condition of that type; empty where there's none."""
    conditions = (found.get("status") or {}).get("conditions") or ()
    return next((one for one in conditions if one["type"] == type_), {})


def matches(selector: Object, labels: Object | None) -> bool:
    """Whether plain `key: value` pairs, at least one, are all among the labels."""
    return bool(selector) and selector.items() <= (labels or {}).items()


def decoded(text: str) -> str:
    """Base64's plain text; the text itself where it is none."""
    try:
        return base64.b64decode(text, validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        return text

"""Reading the objects of a section's namespaces, and making a graph of them."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from cloudlab.lab import kube_client
from cloudlab.lab.holdings import Label
from cloudlab.learning.cluster.objects import add_objects
from cloudlab.learning.graph import Graph

Call = Callable[[str], Any]
Item = dict[str, Any]

SECTION = "cloudlab.section"
EMPTY = "There is nothing yet: no namespace of this section was found."
#: Kind → where a namespace lists it: (group, plural).
LISTS = {
    "Deployment": ("apis/apps/v1", "deployments"),
    "ReplicaSet": ("apis/apps/v1", "replicasets"),
    "StatefulSet": ("apis/apps/v1", "statefulsets"),
    "DaemonSet": ("apis/apps/v1", "daemonsets"),
    "CronJob": ("apis/batch/v1", "cronjobs"),
    "Job": ("apis/batch/v1", "jobs"),
    "Pod": ("api/v1", "pods"),
    "Service": ("api/v1", "services"),
    "EndpointSlice": ("apis/discovery.k8s.io/v1", "endpointslices"),
    "Ingress": ("apis/networking.k8s.io/v1", "ingresses"),
    "PersistentVolumeClaim": ("api/v1", "persistentvolumeclaims"),
    "HorizontalPodAutoscaler": ("apis/autoscaling/v2", "horizontalpodautoscalers"),
}


def read_cluster(section: str, call: Call = kube_client.call) -> Graph:
    """What the namespaces hold that are the section's, by label or name; errors come through."""
    graph = Graph(f"What {section} holds in Kubernetes", EMPTY)
    for namespace in _namespaces(section, call):
        found = _read(namespace, call)
        add_objects(graph, f"Namespace {namespace}", found, call)
    return graph


def _namespaces(section: str, call: Call) -> list[str]:
    items = [one["metadata"] for one in call("/api/v1/namespaces")["items"]]
    return [
        one["name"]
        for one in items
        if Label(one.get("labels", {}).get(SECTION, ""), one["name"]).is_of(section)
    ]


def _read(namespace: str, call: Call) -> dict[str, list[Item]]:
    """Kind → the objects of it."""
    paths = [f"/{group}/namespaces/{namespace}/{plural}" for group, plural in LISTS.values()]
    with ThreadPoolExecutor(max_workers=len(paths)) as pool:
        answers = pool.map(lambda path: call(path)["items"] or [], paths)
        return dict(zip(LISTS, answers, strict=True))

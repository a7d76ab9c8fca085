"""A cluster's picture: who owns whom, who sends to whom, where it runs and keeps its data."""

from __future__ import annotations

from typing import Any

import pytest

from cloudlab.learning.cluster import read_cluster
from cloudlab.learning.cluster.read import LISTS

Item = dict[str, Any]


def item(name: str, owner: str = "", *, labels: Item | None = None, **parts: Any) -> Item:
    metadata: Item = {"name": name, "uid": f"uid-{name}", "labels": labels or {}}
    if owner:
        metadata["ownerReferences"] = [{"uid": f"uid-{owner}"}]
    return {"metadata": metadata, **parts}


def pod(name: str, owner: str = "", *, ready: bool = True, node: str = "n1", **spec: Any) -> Item:
    status: Item = {"phase": "Running"}
    status["conditions"] = [{"type": "Ready", "status": str(ready)}]
    return item(name, owner, spec={"nodeName": node, **spec}, status=status)


def counted(name: str, owner: str = "", ready: int = 1, wanted: int = 1) -> Item:
    status = {"replicas": wanted, "readyReplicas": ready}
    return item(name, owner, spec={"replicas": wanted}, status=status)


class Cluster:
    """Answers lists by their path."""

    def __init__(self) -> None:
        self.namespaces = [item("shop", labels={"cloudlab.section": "web"})]
        self.held: dict[str, list[Item]] = {}
        self.closed: set[str] = set()

    def add(self, kind: str, *items: Item) -> None:
        self.held.setdefault(LISTS[kind][1], []).extend(items)

    def call(self, path: str) -> Any:
        if path == "/api/v1/namespaces":
            return {"items": self.namespaces}
        home, _, last = path.rpartition("/")
        if home.endswith("/nodes"):
            return {"spec": {"unschedulable": last in self.closed}}
        assert "/namespaces/shop/" in path
        return {"items": self.held.get(last, [])}

    def text(self) -> list[str]:
        return read_cluster("web", self.call).draw().text.splitlines()


@pytest.fixture
def cluster() -> Cluster:
    return Cluster()


def test_owners_go_down_to_the_pods_and_the_machines(cluster: Cluster) -> None:
    cluster.add("Deployment", counted("web", ready=1, wanted=2))
    cluster.add("ReplicaSet", counted("web-2", "web", ready=1, wanted=2))
    cluster.add("ReplicaSet", counted("web-1", "web", ready=0, wanted=0))
    cluster.add("Pod", pod("web-2-a", "web-2"), pod("web-2-b", "web-2", ready=False, node="n2"))
    cluster.closed = {"n2"}
    assert cluster.text() == [
        "Namespace shop",
        "  Deployment web: 1 of 2 ready",
        "    ReplicaSet web-2: 1 of 2 ready",
        "      Pod web-2-a: ready; runs on Node n1",
        "      Pod web-2-b: running, not ready; runs on Node n2",
        "Node n1",
        "Node n2: closed to new pods",
    ]


def test_a_service_sends_to_the_pods_that_are_ready(cluster: Cluster) -> None:
    endpoints = [
        {"conditions": {"ready": ready}, "targetRef": {"uid": f"uid-{name}"}}
        for name, ready in (("a", True), ("b", False))
    ]
    cluster.add("Pod", pod("a"), pod("b", ready=False))
    cluster.add("Service", item("web", spec={"ports": [{"port": 80}]}))
    labels = {"kubernetes.io/service-name": "web"}
    cluster.add("EndpointSlice", item("web-x7", "web", labels=labels, endpoints=endpoints))
    text = "\n".join(cluster.text())
    assert "  Service web: port 80\n" in text
    assert "    Endpoints of web: sends to Pod a; holds back from Pod b\n" in text
    assert '-.-x|"holds back from"|' in read_cluster("web", cluster.call).draw().mermaid


def test_claims_autoscalers_and_ways_in_are_tied(cluster: Cluster) -> None:
    claim = {"persistentVolumeClaim": {"claimName": "data-db-0"}}
    cluster.add("StatefulSet", counted("db"))
    cluster.add("Pod", pod("db-0", "db", volumes=[claim, {"emptyDir": {}}]))
    cluster.add("PersistentVolumeClaim", item("data-db-0", status={"phase": "Bound"}))
    cluster.add("Service", item("names", spec={"clusterIP": "None"}))
    target = {"kind": "StatefulSet", "name": "db"}
    spec = {"scaleTargetRef": target, "minReplicas": 2, "maxReplicas": 5}
    status = {"currentReplicas": 2, "desiredReplicas": 3}
    cluster.add("HorizontalPodAutoscaler", item("more", spec=spec, status=status))
    path = {"path": "/api", "backend": {"service": {"name": "names"}}}
    rule = {"host": "shop.local", "http": {"paths": [path]}}
    cluster.add("Ingress", item("door", spec={"rules": [rule, {"host": "bare"}]}))
    text = "\n".join(cluster.text())
    assert "    Pod db-0: ready; keeps data in Claim data-db-0; runs on Node n1\n" in text
    assert "  Claim data-db-0: bound\n" in text
    assert "  Service names: headless\n" in text
    assert "  Autoscaler more: now 2, wants 3; scales 2 to 5 StatefulSet db\n" in text
    assert "  Ingress door: sends shop.local/api to Service names\n" in text


def test_why_a_pod_waits_is_said(cluster: Cluster) -> None:
    waits = pod("a", ready=False)
    waits["status"]["containerStatuses"] = [
        {"state": {"waiting": {"reason": "CreateContainerConfigError"}}},
        {"state": {"running": {}}},
    ]
    alone = item("b", spec={}, status={"phase": "Pending"})
    cluster.add("Pod", waits, alone)
    assert "  Pod a: CreateContainerConfigError; runs on Node n1" in cluster.text()
    assert "  Pod b: Pending" in cluster.text()


def test_many_alike_are_one_box(cluster: Cluster) -> None:
    cluster.add("Deployment", counted("web", ready=499, wanted=500))
    cluster.add("ReplicaSet", counted("web-1", "web", ready=499, wanted=500))
    cluster.add("Pod", *(pod(f"p{n}", "web-1", ready=n > 0, node=f"n{n}") for n in range(500)))
    endpoints = [{"targetRef": {"uid": f"uid-p{n}"}} for n in range(500)]
    cluster.add("EndpointSlice", item("ends", endpoints=endpoints))
    assert cluster.text() == [
        "Namespace shop",
        "  Deployment web: 499 of 500 ready",
        "    ReplicaSet web-1: 499 of 500 ready",
        "      Pods ×500: 499 of 500 ready",
        "  Endpoints of ends: sends to Pods ×500",
    ]


def test_without_a_namespace_there_is_a_sentence(cluster: Cluster) -> None:
    cluster.namespaces = [item("other"), item("website")]
    assert cluster.text() == ["There is nothing yet: no namespace of this section was found."]


def test_a_namespace_is_the_sections_by_label_or_by_name(cluster: Cluster) -> None:
    cluster.namespaces = [item("web-shop"), item("web-2", labels={"cloudlab.section": "other"})]
    cluster.held = {}

    def call(path: str) -> Any:
        return cluster.call(path.replace("web-shop", "shop"))

    cluster.add("Pod", pod("a"))
    assert read_cluster("web", call).draw().text.startswith("Namespace web-shop\n  Pod a: ready")
    assert "web-2" not in read_cluster("web", call).draw().text

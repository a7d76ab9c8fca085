"""The cluster's holdings: what a learner can make is seen, told apart, and goes in order."""

from __future__ import annotations

import re
from typing import Any

import pytest
from kubernetes.client import ApiException

from cloudlab.lab.holdings import Label, Thing
from cloudlab.lab.holdings import kubernetes as holdings
from cloudlab.lab.holdings.kubernetes import CORDONED, HOLDINGS, PATHS
from cloudlab.lab.state import LabState, PartState, save_state

SECTION = "cloudlab.section"


class Cluster:
    """Paths → objects by name. A namespace takes a few looks to go, and some never do."""

    def __init__(self) -> None:
        self.objects: dict[str, dict[str, Any]] = {}
        self.going: dict[str, int] = {}
        self.asked: list[tuple[str, str]] = []

    def add(self, kind: str, name: str, owner: str = "", **labels: str) -> None:
        metadata: dict[str, Any] = {"name": name, "labels": labels}
        if owner:
            metadata["ownerReferences"] = [{"name": owner}]
        self.objects.setdefault(PATHS[kind], {})[name] = {"metadata": metadata}

    def call(self, path: str, method: str = "GET", body: Any = None, **_: str) -> Any:
        self.asked.append((method, path))
        path, _, selector = path.partition("?")
        if re.search(r"/namespaces/(?!default)[^/]+/", path):
            return None  # a whole kind of a namespace's
        if path in PATHS.values():
            return {"items": [one for one in self._list(path) if self._selected(one, selector)]}
        home, _, name = path.rpartition("/")
        if name not in self.objects.get(home, {}):
            raise ApiException(status=404, reason="Not Found")
        if method == "DELETE":
            self._delete(home, name)
        if method == "PATCH":
            self.objects[home][name]["spec"] = body["spec"]
        return self.objects.get(home, {}).get(name)

    def _delete(self, home: str, name: str) -> None:
        if name == "forbidden":
            raise ApiException(status=403, reason="Forbidden")
        self.going[name] = 99 if name == "stuck" else 2

    def _list(self, path: str) -> list[Any]:
        for name in list(self.objects.get(path, {})):
            self.going[name] = self.going.get(name, 1000) - 1
            if not self.going[name]:
                del self.objects[path][name]
        return list(self.objects.get(path, {}).values())

    def _selected(self, one: Any, selector: str) -> bool:
        return not selector or bool(one.get("spec", {}).get("unschedulable"))


@pytest.fixture
def cluster(monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> Cluster:
    monkeypatch.setenv("LAB_STATE_DIR", str(tmp_path / "lab"))
    cluster = Cluster()
    monkeypatch.setattr(holdings, "call", cluster.call)
    monkeypatch.setattr(holdings, "GONE_SECONDS", 0.1)
    monkeypatch.setattr(holdings, "POLL_SECONDS", 0.001)
    return cluster


def test_what_belongs_to_no_namespace_and_what_is_in_default_is_held(cluster: Cluster) -> None:
    cluster.add("namespace", "shop", **{SECTION: "web"})
    cluster.add("deployment", "api")
    cluster.add("pod", "alone")
    cluster.add("pod", "api-1", owner="api-rs")
    cluster.add("node", "n1")
    cluster.objects[PATHS["node"]]["n1"]["spec"] = {"unschedulable": True}
    assert holdings.inventory() == {
        "namespace": ["shop"],
        "deployment": ["api"],
        "pod": ["alone"],
        "node": ["n1"],
        CORDONED: ["n1"],
    }


def test_each_thing_tells_its_section(cluster: Cluster) -> None:
    cluster.add("namespace", "shop", **{SECTION: "web"})
    cluster.add("namespace", "other")
    found = {"namespace": ["shop", "other"]}
    assert holdings.labels(found) == {
        Thing("namespace", "shop"): Label("web", "shop"),
        Thing("namespace", "other"): Label("", "other"),
    }


def test_a_cluster_of_the_labs_is_the_labs_alone(cluster: Cluster) -> None:
    assert not HOLDINGS.shared()


def test_of_a_cluster_that_was_brought_only_labelled_namespaces_are_seen(cluster: Cluster) -> None:
    part = PartState("kubernetes", "Cluster", "external", "real", need="kubernetes")
    save_state(LabState(parts={"kubernetes": part}))
    cluster.add("namespace", "shop", **{SECTION: "web"})
    cluster.add("namespace", "production")
    cluster.add("deployment", "theirs")
    assert HOLDINGS.shared()
    assert holdings.inventory() == {"namespace": ["shop"]}
    assert {path for _, path in cluster.asked} == {PATHS["namespace"]}


def test_removal_waits_until_it_is_gone(cluster: Cluster) -> None:
    cluster.add("namespace", "shop")
    assert holdings.remove([Thing("namespace", "shop"), Thing("pod", "never")]) == {}
    assert cluster.objects[PATHS["namespace"]] == {}
    deleted = [path for method, path in cluster.asked if method == "DELETE"]
    pods, namespace = "/api/v1/namespaces/shop/pods", "/api/v1/namespaces/shop"
    makers = [deleted.index(p) for p in deleted if p.startswith("/apis/apps/v1/namespaces/shop/")]
    assert max(makers) < deleted.index(pods) < deleted.index(namespace), "none is made anew"


def test_what_is_refused_and_what_does_not_go_is_named(cluster: Cluster) -> None:
    for name in ("forbidden", "stuck"):
        cluster.add("namespace", name)
    held = {"type": "Content", "status": "True", "message": "a claim remains"}
    cluster.objects[PATHS["namespace"]]["stuck"]["status"] = {"conditions": [held]}
    assert holdings.remove([Thing("namespace", "forbidden"), Thing("namespace", "stuck")]) == {
        Thing("namespace", "forbidden"): "Forbidden",
        Thing("namespace", "stuck"): "a claim remains",
    }


def test_a_cordoned_node_is_opened_again_and_stays(cluster: Cluster) -> None:
    cluster.add("node", "n1")
    cluster.objects[PATHS["node"]]["n1"]["spec"] = {"unschedulable": True}
    assert holdings.remove([Thing(CORDONED, "n1")]) == {}
    assert "n1" in cluster.objects[PATHS["node"]]


def test_kinds_go_in_an_order_in_which_nothing_is_made_anew() -> None:
    order = HOLDINGS.kinds
    for first, then in [
        ("validating webhook", "namespace"),
        ("deployment", "replica set"),
        ("replica set", "pod"),
        ("cron job", "job"),
        ("pod", "volume claim"),
        ("namespace", "persistent volume"),
        ("cluster role binding", "cluster role"),
    ]:
        assert order.index(first) < order.index(then)

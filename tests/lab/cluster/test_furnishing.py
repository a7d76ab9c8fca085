"""What a cluster holds from the start."""

import json
from pathlib import Path

import pytest

from cloudlab.lab.cluster import furnishing


class Api:
    """Remembers what it's asked."""

    def __init__(self, **answers) -> None:
        self.answers, self.asked = answers, []

    def items(self, path):
        return self.answers[path.rsplit("/", 1)[1]]

    def __getattr__(self, verb):
        return lambda *words: self.asked.append((verb, *words))


def node(name="worker-1", ready="True", labels=None, taints=()):
    return {
        "metadata": {"name": name, "labels": labels or {}},
        "spec": {"taints": [{"key": key} for key in taints]},
        "status": {"conditions": [{"type": "Ready", "status": ready}]},
    }


def nodes(**first):
    return [node(**first), node("worker-2"), node("worker-3")]


def test_everything_is_applied_so_that_a_second_time_changes_nothing(cluster, laid, monkeypatch):
    monkeypatch.setattr(type(cluster), "certificates", laid)
    api = Api()
    furnishing.furnish(api, cluster)
    assert {verb for verb, *_ in api.asked} == {"apply", "delete", "merge"}
    kinds = {one["kind"] for verb, one, *_ in api.asked if verb == "apply"}
    assert {"StorageClass", "APIService", "Node", "ClusterRole"} <= kinds
    assert ("delete", furnishing.LEASES) in api.asked


def test_a_node_says_that_it_is_simulated():
    info = furnishing.node("worker-1")["status"]["nodeInfo"]
    assert info["kubeletVersion"] == "simulated"


@pytest.mark.parametrize(
    ("first", "settled"),
    [
        ({}, True),
        ({"ready": "False"}, False),
        ({"taints": ["node.kubernetes.io/not-ready"]}, False),
        ({"taints": ["node.kubernetes.io/unschedulable"]}, True),
        ({"ready": "False", "labels": {furnishing.BROKEN: ""}}, True),
    ],
)
def test_a_pod_could_run_when_the_nodes_are_ready_or_meant_to_be_broken(first, settled):
    api = Api(nodes=nodes(**first), serviceaccounts=["default"])
    assert furnishing.settled(api) is settled


def test_and_when_there_is_an_account_for_it():
    assert not furnishing.settled(Api(nodes=nodes(), serviceaccounts=[]))
    assert furnishing.settled(Api(serviceaccounts=["default"]), bare=True)


def test_the_nodes_configuration_is_read_by_kwok_as_documents():
    text = furnishing.node_configuration(Path("/log"))
    kinds = [json.loads(one)["kind"] for one in text.split("\n---\n")]
    assert {"Stage", "Metric", "ClusterResourceUsage", "ClusterLogs"} == set(kinds)
    bare = furnishing.node_configuration(Path("/log"), metrics=False)
    assert "Metric" not in bare

"""Load, shared by the pods that are there."""

import time

import pytest

from cloudlab.lab.cluster import load as loading
from cloudlab.lab.cluster.load import Load


@pytest.fixture
def cluster(monkeypatch):
    """Pods by name, with their annotations; remembers what was asked."""
    pods: dict[str, dict[str, str]] = {}
    asked: list[str] = []

    def call(path, method="GET", body=None, **words):
        asked.append(f"{method} {path}")
        if method == "PATCH":
            pods[path.rsplit("/", 1)[1]].update(body["metadata"]["annotations"])
        return {
            "items": [
                {
                    "metadata": {"name": name, "annotations": dict(notes)},
                    "status": {"phase": "Running"},
                }
                for name, notes in pods.items()
            ]
        }

    monkeypatch.setattr(loading.kube_client, "call", call)
    return pods, asked


def uses(pods) -> list[str | None]:
    return [notes.get(loading.USE) for notes in pods.values()]


def test_more_pods_share_the_same_load(cluster):
    pods, _ = cluster
    one = Load("shop", "app=web", 600, simulated=True)
    pods["a"] = {}
    one.round()
    assert uses(pods) == ["600m"]
    pods["b"] = {}
    one.round()
    assert uses(pods) == ["300m", "300m"]


def test_what_is_so_already_is_not_written_again(cluster):
    pods, asked = cluster
    pods["a"] = {}
    one = Load("shop", "app=web", 600, simulated=True)
    one.round()
    one.round()
    assert sum(line.startswith("PATCH") for line in asked) == 1


def test_zero_takes_it_away(cluster, monkeypatch):
    pods, _ = cluster
    monkeypatch.setattr(loading, "is_simulated", lambda: True)
    pods["a"] = {}
    loading.load("shop", "app=web", 600)
    assert uses(pods) == ["600m"]
    loading.stop_all()
    assert uses(pods) == [None]
    assert loading._running == {}


def test_real_pods_are_given_work_at_their_own_address(cluster):
    pods, asked = cluster
    pods["a"] = {}
    Load("shop", "app=web", 250, simulated=False).round()
    work = [line for line in asked if "/proxy/" in line]
    assert work == ["GET /api/v1/namespaces/shop/pods/a/proxy/work?ms=100"] * 2


def test_a_round_comes_every_second_however_long_it_takes(cluster, monkeypatch):
    one, began = Load("shop", "app=web", 300, simulated=False), []

    def slow():
        began.append(time.monotonic())
        time.sleep(0.03)
        if len(began) == 4:
            one.ended.set()

    monkeypatch.setattr(loading, "ROUND_SECONDS", 0.05)
    monkeypatch.setattr(one, "round", slow)
    one._run()
    assert began[-1] - began[0] < 0.05 * 3 + 0.05


def test_pods_that_do_not_run_have_no_share(cluster):
    pods, _ = cluster
    pods["a"] = {}
    assert not loading._runs({"metadata": {"deletionTimestamp": "now"}, "status": {}})
    assert not loading._runs({"metadata": {}, "status": {"phase": "Pending"}})

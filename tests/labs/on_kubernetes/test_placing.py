"""Scheduling and draining: numbers that don't fit, and budgets."""

from __future__ import annotations

from typing import Any

import pytest

from cloudlab.learning.outcomes import Kind

from .conftest import Judge, container, deployment, pod, ran, replica_set, told, web

pytestmark = pytest.mark.section("kubernetes")

Object = dict[str, Any]
CPU = {"kubernetes.scheduling": {"lacking": "cpu"}}
UNPLACED = {"type": "PodScheduled", "status": "False", "reason": "Unschedulable"}


def reports(resources: Object, *, placed: bool = True) -> dict[str, list[Object]]:
    owner = replica_set("reports-1")
    owner["metadata"]["ownerReferences"][0]["name"] = "reports"
    wish = deployment(2, container=container(resources=resources))
    wish["metadata"]["name"] = "reports"
    state: Object = {} if placed else {"node": None, "ready": False, "conditions": [UNPLACED]}
    pods = [pod(uid, owner=("ReplicaSet", "reports-1"), **state) for uid in "ab"]
    return {"deployments": [wish], "replicasets": [owner], "pods": pods}


SMALL = {"requests": {"cpu": "250m"}, "limits": {"cpu": "500m"}}


def test_bound_with_a_request_and_the_reason_named_passes(judge: Judge) -> None:
    assert judge("scheduling", reports(SMALL), answers=CPU).passed


@pytest.mark.parametrize(
    ("answer", "code"), [("", "unnamed"), ("memory", "other-reason"), (" CPU ", "")]
)
def test_the_reason_is_asked_for(judge: Judge, answer: str, code: str) -> None:
    given = {"kubernetes.scheduling": {"lacking": answer}}
    assert judge("scheduling", reports(SMALL), answers=given).code == code


@pytest.mark.parametrize(
    ("resources", "code"),
    [
        ({"requests": {"cpu": "250"}, "limits": {"cpu": "500"}}, "waiting"),
        ({"limits": {"cpu": "500"}}, "limit-is-request"),
    ],
)
def test_a_pod_without_a_node_waits(judge: Judge, resources: Object, code: str) -> None:
    found = reports(resources, placed=False)
    assert judge("scheduling", found, answers=CPU).code == code


def test_to_ask_for_nothing_is_no_answer(judge: Judge) -> None:
    found = reports({"requests": {"memory": "64Mi"}})
    assert judge("scheduling", found, answers=CPU).code == "no-request"


def budget(desired: int, *, expected: int = 3, **selector: str) -> Object:
    labels = selector or {"app": "web"}
    return {
        "metadata": {"name": "web"},
        "spec": {"selector": {"matchLabels": labels}},
        "status": {"expectedPods": expected, "desiredHealthy": desired},
    }


def node(name: str, *, closed: bool) -> Object:
    return {"metadata": {"name": name}, "spec": {"unschedulable": closed}}


NODES = [node("worker-1", closed=False), node("worker-2", closed=False)]
CLOSED = [node("worker-1", closed=True), node("worker-2", closed=False)]
DRAIN = ran("kubectl drain worker-1 --ignore-daemonsets", at=5)
BEFORE = web(pod("a"), pod("b"), pod("c", node="worker-2"), nodes=NODES)


def drained(*budgets: Object, nodes: list[Object] = CLOSED, **more: Any) -> dict[str, Any]:
    moved = [pod(uid, node=more.get("node", "worker-2")) for uid in "cde"]
    return web(*moved, nodes=nodes, poddisruptionbudgets=list(budgets))


def test_a_node_that_was_emptied_under_a_budget_passes(judge: Judge) -> None:
    found = drained(budget(2))
    assert judge("drain", found, observations=told(BEFORE), commands=[DRAIN]).passed


def test_one_that_was_emptied_by_the_api_passes(judge: Judge) -> None:
    assert judge("drain", drained(budget(2)), observations=told(BEFORE)).passed


@pytest.mark.parametrize(
    ("budgets", "code"),
    [
        ([], "no-budget"),
        ([budget(2, team="storefront")], "covers-nobody"),
        ([budget(3)], "none-may-go"),
        ([budget(1)], "too-many-may-go"),
    ],
)
def test_a_budget_that_does_not_hold_is_told(
    judge: Judge, budgets: list[Object], code: str
) -> None:
    found = drained(*budgets)
    assert judge("drain", found, observations=told(BEFORE), commands=[DRAIN]).code == code


def test_a_budget_that_has_not_counted_yet_is_waited_for(judge: Judge) -> None:
    found = drained(budget(0, expected=0))
    outcome = judge("drain", found, observations=told(BEFORE), commands=[DRAIN])
    assert outcome.kind is Kind.SETTLING


def test_a_drain_that_failed_emptied_nothing(judge: Judge) -> None:
    found = {**BEFORE, "nodes": CLOSED, "poddisruptionbudgets": [budget(2)]}
    assert judge("drain", found, commands=[DRAIN]).code == "not-emptied"


@pytest.mark.parametrize(
    "line",
    ["kubectl drain worker-1 --disable-eviction", "kubectl delete pods -n shop -l app=web"],
)
def test_a_deletion_asks_no_budget(judge: Judge, line: str) -> None:
    found = drained(budget(2))
    outcome = judge("drain", found, observations=told(BEFORE), commands=[ran(line, at=5)])
    assert outcome.code == "bypassed"


def test_a_deletion_of_long_ago_is_another_story(judge: Judge) -> None:
    before = ran("kubectl delete pod web-1-x -n shop", at=0.9)
    outcome = judge(
        "drain", drained(budget(2)), observations=told(BEFORE), commands=[before, DRAIN]
    )
    assert outcome.passed


def test_nothing_done_is_no_try(judge: Judge) -> None:
    assert judge("drain", BEFORE).kind is Kind.NOT_ATTEMPTED

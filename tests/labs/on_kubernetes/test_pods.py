"""Heal and probes: stories of kinds that no misconception file tells."""

from __future__ import annotations

import pytest

from cloudlab.learning.outcomes import Kind

from .conftest import Judge, container, pod, ran, told, web

pytestmark = pytest.mark.section("kubernetes")

READY = {"readinessProbe": {"httpGet": {"path": "/ready"}}}
AWAY = ran("python database.py away", at=1.5)


def test_a_pod_that_is_replaced_between_two_looks_died(judge: Judge) -> None:
    after = web(pod("b"), pod("c"), pod("d"))
    assert judge("heal", after, observations=told(web())).passed


def test_a_missing_pod_is_waited_for(judge: Judge) -> None:
    after = web(pod("b"), pod("c"), pod("d", ready=False))
    assert judge("heal", after, observations=told(web())).kind is Kind.SETTLING


def test_pods_that_come_while_the_first_apply_works_did_not_die(judge: Judge) -> None:
    """The first look is taken while pods are still being made."""
    story = told({}, web(pod("a"), replicas=3))
    assert judge("heal", web(), observations=story).kind is Kind.NOT_ATTEMPTED


def test_a_rollout_is_no_death_even_after_a_while(judge: Judge) -> None:
    after = web(pod("d"), pod("e"), pod("f"), generation=2)
    assert judge("heal", after, observations=told(web())).code == "told"


def test_a_death_after_a_rollout_counts(judge: Judge) -> None:
    story = told(web(), web(pod("d"), pod("e"), pod("f"), generation=2))
    after = web(pod("e"), pod("f"), pod("g"), generation=2)
    assert judge("heal", after, observations=story).passed


def test_one_that_is_ending_is_gone(judge: Judge) -> None:
    after = web(pod("a", ending=True), pod("b"), pod("c"), pod("d"))
    assert judge("heal", after, observations=told(web())).passed


def test_a_pod_that_nobody_owns_and_that_stands_is_told_so(judge: Judge) -> None:
    event = {
        "metadata": {"name": "e"},
        "message": "Successfully assigned shop/visitor to worker-1",
        "involvedObject": {"uid": "v"},
    }
    after = web(pod("a"), pod("b"), pod("c"), pod("v", name="visitor", owner=("", "")))
    outcome = judge("heal", {**after, "events": [event]}, observations=told(web()))
    assert outcome.code == "lone-pod"
    assert "stands there" in outcome.seen


def test_without_a_deployment_nothing_is_healed(judge: Judge) -> None:
    assert judge("heal", {}, observations=told(web())).kind is Kind.NOT_ATTEMPTED


def away(judge: Judge, *pods: dict, probes: dict) -> str:  # type: ignore[type-arg]
    """The code for three ready pods, then these while the database is away."""
    one = container(**probes)
    outcome = judge(
        "probes",
        web(*pods, container=one),
        observations=told(web(container=one)),
        commands=[AWAY],
    )
    return outcome.code or outcome.kind


def test_all_out_and_none_restarted_passes(judge: Judge) -> None:
    pods = [pod(uid, ready=False) for uid in "abc"]
    assert away(judge, *pods, probes=READY) == Kind.PASSED


def test_one_that_still_gets_requests_is_told(judge: Judge) -> None:
    pods = [pod("a"), pod("b", ready=False), pod("c", ready=False)]
    assert away(judge, *pods, probes=READY) == "still-served"


def test_a_restart_is_told_even_where_all_were_out(judge: Judge) -> None:
    pods = [pod(uid, ready=False, restarts=1) for uid in "abc"]
    assert away(judge, *pods, probes=READY) == "restarted"


def test_an_old_restart_is_no_restart(judge: Judge) -> None:
    one = container(**READY)
    before = web(*[pod(uid, restarts=2) for uid in "abc"], container=one)
    after = web(*[pod(uid, restarts=2, ready=False) for uid in "abc"], container=one)
    assert judge("probes", after, observations=told(before), commands=[AWAY]).passed


def test_probes_that_were_never_tried_prove_nothing(judge: Judge) -> None:
    found = web(container=container(**READY))
    assert judge("probes", found).kind is Kind.NOT_ATTEMPTED
    assert judge("probes", web(), commands=[AWAY]).kind is Kind.NOT_ATTEMPTED

"""The autoscaler: who raised the number, and who took it away."""

from __future__ import annotations

from typing import Any

import pytest

from cloudlab.learning.outcomes import Kind
from cloudlab.learning.record import Command

from .conftest import Judge, container, ran, told, web

pytestmark = pytest.mark.section("kubernetes")

Object = dict[str, Any]
LOADED = "New size: 4; reason: cpu resource utilization (percentage of request) above target"
BELOW = "New size: 2; reason: Current number of replicas below Spec.MinReplicas"


def scaled(replicas: int, *messages: str, **more: Any) -> dict[str, list[Object]]:
    target = {"kind": "Deployment", "name": "web"}
    active = {"type": "ScalingActive", "status": more.pop("active", "True")}
    spec = {"scaleTargetRef": target, "minReplicas": more.pop("minimum", 2), "maxReplicas": 10}
    scaler = {"metadata": {"name": "web"}, "spec": spec, "status": {"conditions": [active]}}
    about = {"name": "web"}
    events = [
        {
            "metadata": {"name": str(n), "uid": str(n)},
            "reason": "SuccessfulRescale",
            "message": m,
            "involvedObject": about,
        }
        for n, m in enumerate(messages)
    ]
    return web(replicas=replicas, horizontalpodautoscalers=[scaler], events=events, **more)


def apply(at: float) -> Command:
    return ran("kubectl apply -f web.yaml", at)


def outcome(judge: Judge, *looks: dict[str, Any], commands: list[Command]) -> Any:
    *before, now = looks
    return judge("hpa", now, observations=told(*before), commands=commands)


def test_grown_under_load_and_left_by_an_apply_passes(judge: Judge) -> None:
    looks = scaled(2), scaled(4, LOADED), scaled(6, LOADED)
    assert outcome(judge, *looks, commands=[apply(3)]).passed


def test_an_apply_that_sets_the_number_back_is_told(judge: Judge) -> None:
    looks = scaled(3), scaled(4, LOADED), scaled(3, LOADED)
    assert outcome(judge, *looks, commands=[apply(3)]).code == "apply-undid"


def test_a_fall_that_no_apply_caused_is_the_autoscalers(judge: Judge) -> None:
    looks = scaled(2), scaled(4, LOADED), scaled(3, LOADED)
    assert outcome(judge, *looks, commands=[]).code == "not-tried"


def test_an_apply_before_the_load_is_no_test(judge: Judge) -> None:
    assert outcome(judge, scaled(2), scaled(4, LOADED), commands=[apply(1)]).code == "not-tried"


def test_pods_that_the_minimum_made_are_no_answer_to_load(judge: Judge) -> None:
    looks = scaled(1), scaled(2, BELOW)
    assert outcome(judge, *looks, commands=[]).kind is Kind.NOT_ATTEMPTED
    looks = scaled(1, minimum=6), scaled(6, BELOW, minimum=6)
    assert outcome(judge, *looks, commands=[]).code == "raised-minimum"


def test_an_autoscaler_without_requests_is_blind(judge: Judge) -> None:
    found = scaled(2, container=container(resources={}), active="False")
    assert judge("hpa", found).code == "no-request"


def test_one_that_has_no_measurements_yet_is_waited_for(judge: Judge) -> None:
    assert judge("hpa", scaled(2, active="False")).kind is Kind.NOT_ATTEMPTED
    assert judge("hpa", web()).kind is Kind.NOT_ATTEMPTED

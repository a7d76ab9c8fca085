"""The Service: what its list may hold, and what is only being made."""

from __future__ import annotations

from typing import Any

import pytest

from cloudlab.learning.outcomes import Kind

from .conftest import Judge, container, pod, web

pytestmark = pytest.mark.section("kubernetes")

Object = dict[str, Any]


def service(**selector: str) -> list[Object]:
    ports = [{"port": 80, "targetPort": 8080}]
    return [{"metadata": {"name": "web"}, "spec": {"selector": selector, "ports": ports}}]


def slices(*pods: str, port: int = 8080, ready: bool = True) -> list[Object]:
    endpoints = [{"targetRef": {"name": p}, "conditions": {"ready": ready}} for p in pods]
    labels = {"kubernetes.io/service-name": "web"}
    return [
        {
            "metadata": {"name": "web-x", "labels": labels},
            "endpoints": endpoints,
            "ports": [{"port": port}],
        }
    ]


ALL = ("web-1-a", "web-1-b", "web-1-c")


def outcome(judge: Judge, selector: dict[str, str], found: list[Object], *pods: Object) -> Any:
    return judge("service", web(*pods, services=service(**selector), endpointslices=found))


def test_every_ready_pod_and_nobody_else(judge: Judge) -> None:
    assert outcome(judge, {"app": "web"}, slices(*ALL)).passed
    assert outcome(judge, {"app": "web"}, slices(*ALL, "stranger")).code == "others-too"


def test_one_that_is_not_ready_is_not_missed(judge: Judge) -> None:
    pods = [pod("a"), pod("b"), pod("c", ready=False)]
    assert outcome(judge, {"app": "web"}, slices(*ALL[:2]), *pods).passed


def test_a_list_that_is_still_being_written_is_waited_for(judge: Judge) -> None:
    assert outcome(judge, {"app": "web"}, slices(*ALL[:2])).kind is Kind.SETTLING
    assert outcome(judge, {"app": "web"}, []).kind is Kind.SETTLING


@pytest.mark.parametrize(
    ("selector", "code"),
    [
        ({}, "no-selector"),
        ({"team": "storefront"}, "deployment-labels"),
        ({"app": "web", "team": "storefront"}, "deployment-labels"),
        ({"app": "Web"}, "other-labels"),
    ],
)
def test_a_selector_that_finds_nobody_is_told_why(
    judge: Judge, selector: dict[str, str], code: str
) -> None:
    assert outcome(judge, selector, []).code == code


def test_the_port_is_the_programs_own(judge: Judge) -> None:
    assert outcome(judge, {"app": "web"}, slices(*ALL, port=80)).code == "other-port"


def test_the_ports_of_pods_that_are_being_replaced_are_waited_for(judge: Judge) -> None:
    """A port that the Service gives by its name is what each pod says it is."""
    found = web(services=service(app="web"), endpointslices=slices(*ALL, port=80))
    found["deployments"][0]["status"]["updatedReplicas"] = 1
    assert judge("service", found).kind is Kind.SETTLING


def test_a_program_that_listens_elsewhere_is_followed(judge: Judge) -> None:
    moved = container(env=[{"name": "PORT", "value": "80"}])
    found = web(container=moved, services=service(app="web"), endpointslices=slices(*ALL, port=80))
    assert judge("service", found).passed

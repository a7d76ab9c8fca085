"""The outage: what still stops a customer, computed from the objects."""

from __future__ import annotations

from typing import Any

import pytest

from cloudlab.learning.outcomes import Kind
from cloudlab.learning.record import Outage

from .conftest import Judge, pod, ran, web

pytestmark = pytest.mark.section("kubernetes")

Object = dict[str, Any]
DRAWN = Outage(name="selector", started=0)
NO_ROOM = {"type": "PodScheduled", "status": "False", "reason": "Unschedulable"}
CAUSE = {"kubernetes.outage": {"cause": "selector"}}


def slice_of(service: str, pod_name: str, port: int) -> Object:
    return {
        "metadata": {"name": service, "labels": {"kubernetes.io/service-name": service}},
        "endpoints": [{"targetRef": {"name": pod_name}, "conditions": {"ready": True}}],
        "ports": [{"port": port}],
    }


def shop(*, web_port: int = 8080, database: bool = True, **more: Any) -> dict[str, list[Object]]:
    of_database = pod("p", name="postgres-0", owner=("StatefulSet", "postgres"))
    pods = [*more.pop("of_web", [pod("a"), pod("b"), pod("c")]), of_database]
    slices = [slice_of("web", "web-1-a", web_port)]
    slices += [slice_of("postgres", "postgres-0", 5432)] if database else []
    return web(*pods, endpointslices=slices, **more)


def test_a_shop_that_answers_and_a_named_cause_pass(judge: Judge) -> None:
    assert judge("outage", shop(), outage=DRAWN, answers=CAUSE).passed


def test_the_cause_is_asked_for(judge: Judge) -> None:
    assert judge("outage", shop(), outage=DRAWN).code == "no-cause"
    named = {"kubernetes.outage": {"cause": "the network"}}
    assert judge("outage", shop(), outage=DRAWN, answers=named).code == "other-cause"


@pytest.mark.parametrize(
    ("found", "words"),
    [
        (shop(web_port=80), "the Service web leads nowhere"),
        (shop(database=False), "the Service postgres leads nowhere"),
        (shop(of_web=[]), "no pod of web is ready"),
        (shop(of_web=[pod("a", ready=False, conditions=[NO_ROOM])]), "no pod of web is ready"),
        (shop(of_web=[pod("a")]), "fewer than two"),
    ],
)
def test_what_is_broken_is_said(judge: Judge, found: dict[str, Any], words: str) -> None:
    tried = [ran("kubectl delete pods --all -n shop", at=1)]
    outcome = judge("outage", found, outage=DRAWN, commands=tried)
    assert (outcome.code, words in outcome.seen) == ("still-broken", True)


def test_pods_that_are_on_their_way_are_waited_for(judge: Judge) -> None:
    """Once somebody has tried to mend it: before, nothing is on its way."""
    found = shop(of_web=[pod("a", ready=False)])
    assert judge("outage", found, outage=DRAWN).kind is Kind.NOT_ATTEMPTED
    tried = [ran("kubectl apply -f web.yaml", at=1)]
    assert judge("outage", found, outage=DRAWN, commands=tried).kind is Kind.SETTLING


def test_to_look_is_no_try(judge: Judge) -> None:
    commands = [ran("kubectl get pods -n shop", at=9), ran("kubectl apply -f web.yaml", at=-1)]
    outcome = judge("outage", shop(database=False), outage=DRAWN, commands=commands)
    assert outcome.kind is Kind.NOT_ATTEMPTED


def test_untouched_is_no_try(judge: Judge) -> None:
    assert judge("outage", shop(database=False), outage=DRAWN).kind is Kind.NOT_ATTEMPTED
    assert judge("outage", shop()).kind is Kind.NOT_ATTEMPTED

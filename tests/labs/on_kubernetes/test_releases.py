"""The release that hangs: taken back whole, with nobody noticing."""

from __future__ import annotations

from typing import Any

import pytest

from cloudlab.learning.outcomes import Kind

from .conftest import EARLY, LATE, Judge, pod, told, web

pytestmark = pytest.mark.section("kubernetes")

SSD = {"nodeSelector": {"disk": "ssd"}}
WAITS = {"name": "web-2-n", "owner": ("ReplicaSet", "web-1"), "node": None, "ready": False}
PODS = [pod("a"), pod("b"), pod("c")]


def config(connections: str) -> list[dict[str, Any]]:
    return [{"metadata": {"name": "app-config"}, "data": {"max-connections": connections}}]


def shop(*pods: dict[str, Any], connections: str = "100", **more: Any) -> dict[str, Any]:
    return web(*(pods or PODS), configmaps=config(connections), since=EARLY, **more)


HANGS = shop(*PODS, pod("n", **WAITS), connections="1000", spec=SSD, generation=2)
STORY = told(shop(), HANGS)


def test_taken_back_whole_passes(judge: Judge) -> None:
    assert judge("rollout", shop(generation=3), observations=STORY).passed


def test_the_template_alone_is_half(judge: Judge) -> None:
    found = shop(connections="1000", generation=3)
    assert judge("rollout", found, observations=STORY).code == "config-stays"


def test_untouched_is_no_try(judge: Judge) -> None:
    assert judge("rollout", HANGS, observations=STORY).kind is Kind.NOT_ATTEMPTED
    assert judge("rollout", shop()).kind is Kind.NOT_ATTEMPTED


def test_a_break_in_between_is_told_from_the_time_that_kubernetes_keeps(judge: Judge) -> None:
    found = shop(generation=3)
    found["deployments"][0]["status"]["conditions"][0]["lastTransitionTime"] = LATE
    assert judge("rollout", found, observations=STORY).code == "interrupted"


def test_another_deployment_is_a_break(judge: Judge) -> None:
    found = shop(uid="another")
    assert judge("rollout", found, observations=STORY).code == "interrupted"
    assert judge("rollout", {}, observations=STORY).code == "interrupted"


def test_a_second_try_is_judged_by_its_own_beginning(judge: Judge) -> None:
    """The first try broke the shop; then all was set right, and release 2 applied again."""
    broken = shop(generation=3)
    broken["deployments"][0]["status"]["conditions"][0]["lastTransitionTime"] = LATE
    again = {**HANGS, "deployments": shop(spec=SSD, generation=4)["deployments"]}
    again["deployments"][0]["status"]["conditions"][0]["lastTransitionTime"] = LATE
    story = told(shop(), HANGS, broken, again)
    assert judge("rollout", broken, observations=story).passed


RESTARTED = shop(connections="1000", spec=SSD, generation=3)
ANEW = pod("m", **WAITS | {"name": "web-3-m", "owner": ("ReplicaSet", "web-3")})


@pytest.mark.parametrize(
    ("before", "now"),
    [
        ([HANGS], RESTARTED),
        ([HANGS, RESTARTED], {**RESTARTED, "pods": [*PODS, ANEW]}),
        ([{**HANGS, "pods": PODS}], {**RESTARTED, "pods": [*PODS, ANEW]}),
    ],
    ids=["its pod isn't there yet", "no pod waited in between", "the first was never seen"],
)
def test_started_again_it_hangs_as_before(judge: Judge, before: list[Any], now: Any) -> None:
    """Whichever of its pods were there when somebody looked."""
    assert judge("rollout", now, observations=told(shop(), *before)).code == "still-hangs"


def test_a_release_whose_pod_is_not_there_yet_hangs_already(judge: Judge) -> None:
    applied = {**HANGS, "pods": PODS}
    assert judge("rollout", applied, observations=told(shop())).kind is Kind.NOT_ATTEMPTED

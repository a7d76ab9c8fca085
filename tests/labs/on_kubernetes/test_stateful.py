"""The StatefulSet: its Service, and claims that come back."""

from __future__ import annotations

from typing import Any

import pytest

from cloudlab.learning.outcomes import Kind

from .conftest import Judge, pod, told

pytestmark = pytest.mark.section("kubernetes")

Object = dict[str, Any]
HEADLESS = {"clusterIP": "None", "selector": {"app": "postgres"}, "ports": [{"port": 5432}]}


def database(
    count: int, claims: str = "xyz", spec: Object | None = None, **more: Any
) -> dict[str, list[Object]]:
    owner = ("StatefulSet", "postgres")
    template = {
        "metadata": {"labels": {"app": "postgres"}},
        "spec": {"containers": [{"name": "postgres"}]},
    }
    return {
        "statefulsets": [
            {
                "metadata": {"name": "postgres", "uid": "s", "generation": 1},
                "spec": {"replicas": 3, "serviceName": "postgres", "template": template},
            }
        ],
        "services": [
            {"metadata": {"name": more.get("name", "postgres")}, "spec": spec or HEADLESS}
        ],
        "pods": [
            pod(f"p{n}", name=f"postgres-{n}", owner=owner, ready=more.get("ready", True))
            for n in range(count)
        ],
        "persistentvolumeclaims": [
            {"metadata": {"name": f"postgres-storage-postgres-{n}", "uid": uid}}
            for n, uid in enumerate(claims)
        ],
    }


def test_three_then_none_then_three_with_the_same_claims_passes(judge: Judge) -> None:
    story = told(database(1, "x"), database(3), database(0))
    assert judge("stateful", database(3), observations=story).passed


def test_rescaled_by_hand_passes_as_well(judge: Judge) -> None:
    story = told(database(3), database(1))
    assert judge("stateful", database(3), observations=story).passed


def test_a_claim_that_is_another_one_is_told(judge: Judge) -> None:
    story = told(database(3), database(0))
    assert judge("stateful", database(3, "wyz"), observations=story).code == "new-disk"


def test_three_that_never_went_prove_nothing(judge: Judge) -> None:
    story = told(database(1, "x"), database(2, "xy"))
    assert judge("stateful", database(3), observations=story).code == "not-rescaled"


def test_the_last_pod_is_waited_for(judge: Judge) -> None:
    story = told(database(3), database(1))
    outcome = judge("stateful", database(3, ready=False), observations=story)
    assert outcome.kind is Kind.SETTLING


@pytest.mark.parametrize(
    ("service", "code"),
    [
        ({"spec": {**HEADLESS, "clusterIP": "10.96.0.7"}}, "one-address"),
        ({"spec": {**HEADLESS, "selector": {"app": "web"}}}, "not-database"),
        ({"spec": {**HEADLESS, "selector": {}}}, "not-database"),
        ({"name": "db"}, "other-name"),
    ],
)
def test_the_service_is_judged_first(judge: Judge, service: Object, code: str) -> None:
    story = told(database(3), database(1))
    assert judge("stateful", database(3, **service), observations=story).code == code


def test_pods_that_come_all_at_once_have_no_order(judge: Judge) -> None:
    found = database(3)
    found["statefulsets"][0]["spec"]["podManagementPolicy"] = "Parallel"
    assert judge("stateful", found, observations=told(database(3), database(1))).code == "at-once"


def test_nothing_done_is_no_try(judge: Judge) -> None:
    assert judge("stateful", {}).kind is Kind.NOT_ATTEMPTED
    assert judge("stateful", database(1, name="web")).kind is Kind.NOT_ATTEMPTED

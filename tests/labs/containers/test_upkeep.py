"""The outage: what still stops a customer, and what was named as its cause."""

from __future__ import annotations

from typing import Any

from cloudlab.learning.outcomes import Kind
from cloudlab.learning.record import Outage

from .conftest import Box, Judge, ran, says

DRAWN = {"outage": Outage(name="worker-gone", started=1.0)}
WORKER = Box("containers-worker-1", service="worker")
WELL = {":8443/": says(), "/api/ready": says()}


def named(cause: str) -> dict[str, Any]:
    return {"answers": {"containers.outage": {"cause": cause}}}


def test_mended_and_named_passes(judge: Judge) -> None:
    assert judge("outage", WORKER, web=WELL, **DRAWN, **named("worker-gone")).passed


def test_mended_alone_is_not_enough(judge: Judge) -> None:
    assert judge("outage", WORKER, web=WELL, **DRAWN).code == "no-cause"
    assert judge("outage", WORKER, web=WELL, **DRAWN, **named("redis-frozen")).code == "other-cause"


def test_named_alone_is_not_enough(judge: Judge) -> None:
    assert judge("outage", web=WELL, **DRAWN, **named("worker-gone")).code == "still-broken"
    frozen = Box("containers-worker-1", service="worker", state="paused")
    assert judge("outage", frozen, web=WELL, **DRAWN, **named("worker-gone")).code == "still-broken"


def test_an_answer_of_the_door_alone_is_no_shop(judge: Judge) -> None:
    half = {":8443/": says(), "/api/ready": says(503)}
    commands = [ran("docker compose --project-directory app up -d", at=9.0)]
    assert judge("outage", WORKER, web=half, commands=commands, **DRAWN).code == "still-broken"


def test_an_outage_that_nobody_touched_is_no_try(judge: Judge) -> None:
    before = [ran("docker compose up -d", at=0.9), ran("docker compose ps", at=9.0)]
    assert judge("outage", web=WELL, commands=before, **DRAWN).kind is Kind.NOT_ATTEMPTED
    assert judge("outage", web=WELL, **DRAWN).kind is Kind.NOT_ATTEMPTED
    assert judge("outage", WORKER, web=WELL).kind is Kind.NOT_ATTEMPTED

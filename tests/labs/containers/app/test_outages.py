"""Redis, PostgreSQL or a worker goes away: a 503 meanwhile, and no job is lost."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import httpx
import pytest

pytestmark = [pytest.mark.lab, pytest.mark.section("containers")]


@pytest.fixture
def door(stack: Any) -> Iterator[httpx.Client]:
    """nginx, over TLS, to a stack that is made whole again afterwards."""
    with stack.client() as client:
        yield client
    stack.up()


def post(door: httpx.Client) -> str:
    answer = door.post("/jobs", json={"text": "a job that must not be lost"})
    assert answer.status_code == 202, answer.text
    job: str = answer.json()["id"]
    return job


def are_done(door: httpx.Client, jobs: list[str]) -> bool:
    return all(door.get(f"/jobs/{job}").json().get("state") == "done" for job in jobs)


@contextmanager
def without(stack: Any, service: str, signal: str = "SIGKILL") -> Iterator[None]:
    """A service is gone for a while, killed, or asked to stop by another signal."""
    stack.compose("kill", "--signal", signal, service)
    stack.docker("wait", stack.container(service))
    yield
    stack.up(service)


def refuses(door: httpx.Client, path: str) -> str:
    """The reason of a 503."""
    answer = door.get(path)
    assert answer.status_code == 503
    reason: str = answer.text
    return reason


def test_without_redis_no_job_is_taken_and_none_is_lost(
    stack: Any, door: httpx.Client, wait_until: Callable[..., Any]
) -> None:
    with without(stack, "worker"):  # so that jobs wait
        jobs = [post(door) for _ in range(20)]
        with without(stack, "redis"):
            assert door.post("/jobs", json={"text": "a"}).status_code == 503
            assert '"redis":"doesn\'t answer"' in refuses(door, "/api/ready")
            assert door.get("/api/health").status_code == 200
            assert door.get("/jobs").status_code == 200
        wait_until(lambda: door.get("/api/ready").status_code == 200)
    wait_until(lambda: are_done(door, jobs))
    post(door)


def test_a_worker_waits_for_redis(
    stack: Any, door: httpx.Client, wait_until: Callable[..., Any]
) -> None:
    with without(stack, "redis"):
        wait_until(lambda: stack.asked_inside("worker", "/ready").startswith("503"))
        assert stack.asked_inside("worker", "/health").startswith("200")
    wait_until(lambda: stack.asked_inside("worker", "/ready").startswith("200"))
    jobs = [post(door)]
    wait_until(lambda: are_done(door, jobs))


def test_without_the_database_jobs_wait(
    stack: Any, door: httpx.Client, wait_until: Callable[..., Any]
) -> None:
    before = post(door)
    with without(stack, "db"):
        jobs = [before, *(post(door) for _ in range(5))]
        assert "try again" in refuses(door, "/jobs")
        assert "try again" in refuses(door, f"/jobs/{before}")
        assert '"database":"doesn\'t answer"' in refuses(door, "/api/ready")
    wait_until(lambda: are_done(door, jobs))
    assert door.get("/api/ready").status_code == 200


def test_without_an_api_the_page_says_so(stack: Any, door: httpx.Client) -> None:
    with without(stack, "api"):
        assert door.get("/").status_code == 200
        assert "try again" in refuses(door, "/jobs")
        assert "try again" in refuses(door, "/api/jobs")
        assert "doesn't answer" in refuses(door, "/ready")


def slow_worker(stack: Any) -> None:
    """A worker that takes half a minute for a job."""
    stack.environment["WORK_SECONDS"] = "30"
    stack.up("--force-recreate", "--no-deps", "worker")
    stack.environment["WORK_SECONDS"] = "0"


def holds(stack: Any) -> str:
    """How many jobs the worker has in hand."""
    held: str = stack.redis("LLEN", f"jobs:held:{stack.container('worker')[:12]}")
    return held


def test_a_job_in_hand_is_put_back_when_the_worker_stops(
    stack: Any, door: httpx.Client, wait_until: Callable[..., Any]
) -> None:
    slow_worker(stack)
    jobs = [post(door)]
    wait_until(lambda: holds(stack) == "1")
    stack.docker("stop", "-t", "9", stack.container("worker"))
    assert (holds(stack), stack.redis("LLEN", "jobs:waiting")) == ("0", "1")
    assert door.get(f"/jobs/{jobs[0]}").json()["state"] == "waiting"
    stack.up("worker")
    wait_until(lambda: are_done(door, jobs))


def test_another_worker_takes_what_a_killed_one_held(
    stack: Any, door: httpx.Client, wait_until: Callable[..., Any]
) -> None:
    slow_worker(stack)
    jobs = [post(door)]
    wait_until(lambda: holds(stack) == "1")
    stack.compose("kill", "worker")
    assert holds(stack) == "1"
    stack.up("--force-recreate", "--no-deps", "worker")
    wait_until(lambda: are_done(door, jobs), 60)

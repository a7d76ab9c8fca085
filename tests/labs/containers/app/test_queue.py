"""The worker's queue on Redis: no job is ever in no list."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

fakeredis = pytest.importorskip("fakeredis", reason="fakeredis is in the project's test extra")
pytestmark = pytest.mark.section("containers")


@pytest.fixture
def redis(app: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.syspath_prepend(str(app / "worker"))
    return fakeredis.FakeRedis()


@pytest.fixture
def worker(redis: Any) -> Callable[[str], Any]:
    """Makes queues as workers see them, by their names."""
    from wordcount.queue import Queue

    return lambda name: Queue(redis, name)


def push(redis: Any, *jobs: bytes) -> None:
    """As the api does."""
    for job in jobs:
        redis.sadd("jobs:open", job)
        redis.lpush("jobs:waiting", job)


def test_the_first_in_is_the_first_out(redis: Any, worker: Callable[[str], Any]) -> None:
    push(redis, b"1", b"2")
    assert [worker("a").take(0.1), worker("a").take(0.1), worker("a").take(0.1)] == [
        b"1",
        b"2",
        None,
    ]


def test_a_taken_job_is_held_until_it_is_finished(redis: Any, worker: Callable[[str], Any]) -> None:
    push(redis, b"1")
    queue = worker("a")
    queue.take(0.1)
    assert redis.lrange("jobs:held:a", 0, -1) == [b"1"]
    assert redis.sismember("jobs:open", b"1")
    queue.finish(b"1", "1")
    assert redis.keys("jobs:*") == []


def test_what_is_put_back_is_next(redis: Any, worker: Callable[[str], Any]) -> None:
    push(redis, b"1", b"2")
    queue = worker("a")
    queue.put_back(queue.take(0.1))
    assert queue.take(0.1) == b"1"


def test_who_arrives_again_takes_back_what_it_held(
    redis: Any, worker: Callable[[str], Any]
) -> None:
    push(redis, b"1")
    worker("a").take(0.1)
    assert worker("a").arrive() == 1
    assert worker("a").take(0.1) == b"1"


def test_a_dead_workers_jobs_are_put_back_and_a_living_ones_are_not(
    redis: Any, worker: Callable[[str], Any]
) -> None:
    push(redis, b"1", b"2")
    for name in ("dead", "alive"):
        worker(name).beat()
        worker(name).take(0.1)
    redis.delete("jobs:alive:dead")  # as its time to live does
    assert worker("b").adopt() == 1
    assert redis.lrange("jobs:waiting", 0, -1) == [b"1"]
    assert redis.lrange("jobs:held:alive", 0, -1) == [b"2"]
    assert worker("b").adopt() == 0


def test_a_sign_of_life_ends_by_itself(redis: Any, worker: Callable[[str], Any]) -> None:
    push(redis, b"1", b"2")
    assert worker("a").beat() == 2
    assert 0 < redis.ttl("jobs:alive:a") <= 15


def test_who_leaves_leaves_nothing(redis: Any, worker: Callable[[str], Any]) -> None:
    push(redis, b"1")
    queue = worker("a")
    queue.arrive()
    queue.take(0.1)
    queue.leave()
    assert redis.lrange("jobs:waiting", 0, -1) == [b"1"]
    assert not redis.smembers("jobs:workers")


def test_what_is_buried_is_kept_for_a_person(redis: Any, worker: Callable[[str], Any]) -> None:
    push(redis, b"nonsense")
    queue = worker("a")
    queue.bury(queue.take(0.1))
    assert redis.lrange("jobs:dead", 0, -1) == [b"nonsense"]
    assert not redis.exists("jobs:held:a")


def test_a_redis_that_does_not_answer_is_lost(app: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(app / "worker"))
    from wordcount.errors import Lost
    from wordcount.queue import Queue, connect

    queue = Queue(connect("redis://127.0.0.1:1", None), "a")
    for ask in (queue.ping, queue.beat, queue.arrive, queue.adopt, queue.leave):
        with pytest.raises(Lost):
            ask()

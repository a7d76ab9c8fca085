"""Jobs on Redis, so kept that none is lost when a worker or Redis itself goes away.

A job leaves the waiting list only for the list of the worker that takes it, in one step (BLMOVE).
From there it goes when its row is in the database. Whatever stands in the list of a worker that
gives no sign of life is put back by any other. So a job may be done twice, never not at all; and
twice does no harm, since a row has the job's id for its key.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

from wordcount.errors import Lost

WAITING = "jobs:waiting"  # a list: in on the left, out on the right
OPEN = "jobs:open"  # a set: ids of jobs that have no row in the database yet
DEAD = "jobs:dead"  # a list: what can't be done, for a person to look at
WORKERS = "jobs:workers"  # a set: names of workers that may hold jobs

#: Seconds without a sign of life after which a worker's jobs are given to others.
ALIVE = 15
#: Seconds that an answer of Redis may take.
ANSWER = 2


def connect(url: str, password: str | None) -> Redis:
    """A client that gives up soon and doesn't repeat a command by itself.

    A repeated BLMOVE would take a second job where only the answer to the first got lost.
    """
    options = {"password": password} if password else {}
    never = Retry(NoBackoff(), 0)
    return Redis.from_url(
        url, socket_timeout=ANSWER, socket_connect_timeout=1, retry=never, **options
    )


@contextmanager
def answering() -> Iterator[None]:
    """Redis' own errors become `Lost`."""
    try:
        yield
    except RedisError as error:
        raise Lost(f"redis: {error}") from error


class Queue:
    """The jobs as one worker sees them; `raw` is a job's bytes as they stand in Redis."""

    def __init__(self, redis: Any, worker: str) -> None:
        self._redis = redis
        self._worker = worker

    def arrive(self) -> int:
        """Take back what this worker held when it lost Redis, or when it was killed."""
        with answering():
            self._beat()
            return self._put_back_all(self._worker)

    def beat(self) -> int:
        """Give a sign of life; returns how many jobs wait."""
        with answering():
            return self._beat()

    def take(self, seconds: float) -> bytes | None:
        """The next job, or None when none came within that time."""
        with answering():
            taken: bytes | None = self._redis.blmove(
                WAITING, _held_by(self._worker), seconds, "RIGHT", "LEFT"
            )
            return taken

    def finish(self, raw: bytes, job: str) -> None:
        """The job's row is in the database."""
        with answering(), self._redis.pipeline() as both:
            both.lrem(_held_by(self._worker), 1, raw).srem(OPEN, job).execute()

    def put_back(self, raw: bytes) -> None:
        """Leave the job to whoever comes next, before all others."""
        with answering(), self._redis.pipeline() as both:
            both.lrem(_held_by(self._worker), 1, raw).rpush(WAITING, raw).execute()

    def bury(self, raw: bytes) -> None:
        """Keep what can't be done where a person finds it, and no worker."""
        with answering(), self._redis.pipeline() as both:
            both.lrem(_held_by(self._worker), 1, raw).lpush(DEAD, raw).execute()

    def adopt(self) -> int:
        """Put back what dead workers hold; returns how many jobs that were."""
        found = 0
        with answering():
            for name in self._redis.smembers(WORKERS):
                worker = name.decode()
                if not self._redis.exists(_alive(worker)):
                    found += self._put_back_all(worker)
                    self._redis.srem(WORKERS, worker)
        return found

    def leave(self) -> None:
        """Say good-bye: nobody has to wait until this worker counts as dead."""
        with answering(), self._redis.pipeline() as both:
            self._put_back_all(self._worker)
            both.srem(WORKERS, self._worker).delete(_alive(self._worker)).execute()

    def ping(self) -> None:
        """Raise `Lost` where Redis doesn't answer."""
        with answering():
            self._redis.ping()

    def _beat(self) -> int:
        with self._redis.pipeline() as all_three:
            all_three.sadd(WORKERS, self._worker).set(_alive(self._worker), 1, ex=ALIVE)
            waiting: int = all_three.llen(WAITING).execute()[-1]
            return waiting

    def _put_back_all(self, worker: str) -> int:
        found = 0
        while self._redis.lmove(_held_by(worker), WAITING, "LEFT", "RIGHT"):
            found += 1
        return found


def _held_by(worker: str) -> str:
    return f"jobs:held:{worker}"


def _alive(worker: str) -> str:
    return f"jobs:alive:{worker}"

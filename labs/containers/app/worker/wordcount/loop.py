"""One job after the other, until this worker is told to stop."""

import logging
import threading
import time
from contextlib import suppress
from typing import Protocol

from prometheus_client import Counter, Gauge, Histogram

from wordcount.counting import Job, Result, count
from wordcount.errors import Lost, Refused

log = logging.getLogger(__name__)

WAITING = Gauge("jobs_waiting", "Jobs that nobody has taken yet.")
DONE = Counter("jobs_done", "Jobs whose row is in the database.")
PUT_BACK = Counter("jobs_put_back", "Jobs left to whoever comes next.")
BURIED = Counter("jobs_buried", "What stood in the queue and can't be done.")
SECONDS = Histogram("job_seconds", "From taking a job to its row.")

#: Seconds: how long a take may wait (so it's the longest that a stop goes unnoticed), how long to
#: pause after a loss; how often to give a sign of life, and to look for dead workers.
TAKE, PAUSE, BEAT, ADOPT = 0.25, 1.0, 1.0, 5.0


class Queue(Protocol):
    """What the loop asks of `wordcount.queue.Queue`."""

    def arrive(self) -> int: ...  # noqa: D102
    def beat(self) -> int: ...  # noqa: D102
    def take(self, seconds: float) -> bytes | None: ...  # noqa: D102
    def finish(self, raw: bytes, job: str) -> None: ...  # noqa: D102
    def put_back(self, raw: bytes) -> None: ...  # noqa: D102
    def bury(self, raw: bytes) -> None: ...  # noqa: D102
    def adopt(self) -> int: ...  # noqa: D102
    def leave(self) -> None: ...  # noqa: D102


class Store(Protocol):
    """What the loop asks of `wordcount.store.Store`."""

    def save(self, job: Job, result: Result) -> None: ...  # noqa: D102


class Worker:
    """Takes, counts, saves. `seconds` makes each job take so long: a stand-in for heavier work."""

    def __init__(
        self, queue: Queue, store: Store, stop: threading.Event, seconds: float = 0
    ) -> None:
        self._queue = queue
        self._store = store
        self._stop = stop
        self._seconds = seconds
        self._beaten = self._adopted = float("-inf")

    def run(self) -> None:
        """Work until told to stop, whatever comes and goes meanwhile."""
        while not self._stop.is_set():
            try:
                if found := self._queue.arrive():
                    log.info("took back what this worker held", extra={"jobs": found})
                while not self._stop.is_set():
                    self._turn()
            except Lost as lost:
                log.error("dependency lost", extra={"error": str(lost)})
                self._stop.wait(PAUSE)
        with suppress(Lost):  # then the others find out by themselves
            self._queue.leave()

    def _turn(self) -> None:
        now = time.monotonic()
        if now - self._beaten > BEAT:
            self._beaten = now
            WAITING.set(self._queue.beat())
        if now - self._adopted > ADOPT:
            self._adopted = now
            if found := self._queue.adopt():
                log.info("put back what a dead worker held", extra={"jobs": found})
        if raw := self._queue.take(TAKE):
            with SECONDS.time():
                self._do(raw)

    def _do(self, raw: bytes) -> None:
        try:
            job = Job.read(raw)
        except ValueError as error:
            self._bury(raw, error)
            return
        result = count(job.text)
        if not self._worked():
            self._put_back(raw)
            return
        try:
            self._store.save(job, result)
        except Refused as refused:
            self._bury(raw, refused)
        except Lost:
            self._put_back(raw)
            raise
        else:
            self._queue.finish(raw, job.id)
            DONE.inc()
            log.info("job done", extra={"job": job.id, "words": result.words})

    def _worked(self) -> bool:
        """Spend the seconds that a job takes; False where a stop comes first."""
        end = time.monotonic() + self._seconds
        while (left := end - time.monotonic()) > 0:
            self._queue.beat()  # else the others think that this worker is dead
            if self._stop.wait(min(left, BEAT)):
                return False
        return True

    def _put_back(self, raw: bytes) -> None:
        self._queue.put_back(raw)
        PUT_BACK.inc()
        log.info("job put back")

    def _bury(self, raw: bytes, why: Exception) -> None:
        self._queue.bury(raw)
        BURIED.inc()
        log.error("no job that can be done", extra={"error": str(why)})

"""The worker's loop and its counting, with a queue and a store in memory."""

from __future__ import annotations

import json
import sys
import threading
import urllib.error
import urllib.request
from collections import deque
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.section("containers")


@pytest.fixture(autouse=True)
def importable(app: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(app / "worker"))


def job(text: str = "a b", identity: str = "1") -> bytes:
    return json.dumps({"id": identity, "text": text}).encode()


class Memory:
    """A queue and a store; `troubles` are raised by the next saves, in their order."""

    def __init__(self, *jobs: bytes, troubles: tuple[Exception, ...] = ()) -> None:
        self.waiting, self.troubles = deque(jobs), deque(troubles)
        self.held: list[bytes] = []
        self.dead: list[bytes] = []
        self.rows: dict[str, int] = {}
        self.left = False
        self.stop = threading.Event()

    def arrive(self) -> int:
        found = len(self.held)
        while self.held:
            self.waiting.appendleft(self.held.pop())
        return found

    def beat(self) -> int:
        return len(self.waiting)

    def adopt(self) -> int:
        return 0

    def take(self, seconds: float) -> bytes | None:
        if not self.waiting:
            self.stop.set()  # all is done: the test ends
            return None
        self.held.append(self.waiting.popleft())
        return self.held[-1]

    def finish(self, raw: bytes, job: str) -> None:
        self.held.remove(raw)

    def put_back(self, raw: bytes) -> None:
        self.held.remove(raw)
        self.waiting.appendleft(raw)

    def bury(self, raw: bytes) -> None:
        self.held.remove(raw)
        self.dead.append(raw)

    def leave(self) -> None:
        self.left = True

    def save(self, job: Any, result: Any) -> None:
        if self.troubles:
            raise self.troubles.popleft()
        self.rows[job.id] = result.words


@pytest.fixture
def work(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Lets a worker run until the queue is empty."""
    from wordcount import loop

    monkeypatch.setattr(loop, "PAUSE", 0)

    def run(memory: Memory, seconds: float = 0) -> None:
        loop.Worker(memory, memory, memory.stop, seconds).run()

    return run


@pytest.mark.parametrize(
    ("text", "words", "top"),
    [
        ("The cat saw the other cat.", 6, "the"),
        ("I don't. You DON’T!", 4, "i"),
        ("Ärger über Öl, 漢字 и слово", 6, "ärger"),
        ("snake_case is two", 4, "snake"),
        ("… !? \n", 0, None),
    ],
)
def test_counting(text: str, words: int, top: str | None) -> None:
    from wordcount.counting import count

    found = count(text)
    assert (found.words, found.characters, found.top_word) == (words, len(text), top)


def test_every_job_gets_its_row(work: Callable[..., None]) -> None:
    memory = Memory(job("a", "1"), job("a b", "2"))
    work(memory)
    assert memory.rows == {"1": 1, "2": 2}
    assert not memory.held
    assert memory.left


@pytest.mark.parametrize(
    "raw", [b" ", b"nonsense", b"\xff", b"[]", b'{"id": 1, "text": "a"}', b"{}"]
)
def test_what_is_no_job_is_buried_and_the_next_is_done(
    work: Callable[..., None], raw: bytes
) -> None:
    memory = Memory(raw, job())
    work(memory)
    assert memory.dead == [raw]
    assert memory.rows == {"1": 2}


def test_a_lost_database_costs_no_job(work: Callable[..., None]) -> None:
    from wordcount.errors import Lost

    memory = Memory(job("a", "1"), job("a", "2"), troubles=(Lost("away"), Lost("away")))
    work(memory)
    assert list(memory.rows) == ["1", "2"]


def test_what_the_database_refuses_is_buried(work: Callable[..., None]) -> None:
    from wordcount.errors import Refused

    memory = Memory(job("a", "1"), job("a", "2"), troubles=(Refused("no"),))
    work(memory)
    assert memory.dead == [job("a", "1")]
    assert list(memory.rows) == ["2"]


def test_a_lost_queue_costs_no_job(work: Callable[..., None]) -> None:
    """The row is written, then Redis goes away: the job is done again, and written once."""
    from wordcount.errors import Lost

    class Forgetful(Memory):
        away = 1

        def finish(self, raw: bytes, job: str) -> None:
            if self.away:
                self.away -= 1
                raise Lost("away")
            super().finish(raw, job)

    memory = Forgetful(job())
    work(memory)
    assert memory.rows == {"1": 2}
    assert not memory.held


def test_a_stop_puts_the_job_in_hand_back(work: Callable[..., None]) -> None:
    memory = Memory(job())
    threading.Timer(0.1, memory.stop.set).start()
    work(memory, seconds=60)
    assert list(memory.waiting) == [job()]
    assert not memory.rows


@pytest.fixture
def served() -> Iterator[Callable[[str, str], tuple[int, str]]]:
    """Asks a worker's server whose `redis` answers and whose `database` doesn't."""
    from wordcount.errors import Lost
    from wordcount.serving import make_server

    def away() -> None:
        raise Lost("away")

    server = make_server(0, {"redis": lambda: None, "database": away})
    threading.Thread(target=server.serve_forever, daemon=True).start()

    def ask(path: str, method: str = "GET") -> tuple[int, str]:
        url = f"http://127.0.0.1:{server.server_port}{path}"
        try:
            answer = urllib.request.urlopen(urllib.request.Request(url, method=method))
        except urllib.error.HTTPError as error:
            answer = error
        return answer.status, answer.read().decode()

    yield ask
    server.shutdown()
    server.server_close()


def test_the_workers_routes(served: Callable[..., tuple[int, str]]) -> None:
    assert served("/health")[0] == 200
    assert "jobs_done_total" in served("/metrics")[1]
    status, text = served("/ready")
    assert status == 503
    assert json.loads(text)["database"] == "doesn't answer"
    assert json.loads(text)["redis"] == "answers"
    assert "error" in json.loads(served("/nothing")[1])
    assert served("/health", "POST")[0] == 405


def test_log_lines_are_json(capsys: pytest.CaptureFixture[str]) -> None:
    import logging

    from wordcount.logs import Lines

    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(Lines(service="worker"))
    log = logging.getLogger("a-log-of-this-test")
    log.addHandler(handler)
    try:
        raise ValueError("no")
    except ValueError:
        log.exception("job %s failed", 7, extra={"job": "7"})
    line = json.loads(capsys.readouterr().out)
    assert (line["msg"], line["level"], line["job"]) == ("job 7 failed", "ERROR", "7")
    assert "ValueError" in line["traceback"]


def test_a_crash_ends_the_process_so_that_it_is_started_again() -> None:
    """A worker that does nothing must not look alive."""
    pytest.importorskip("psycopg", reason="psycopg is in the project's test extra")
    from wordcount import service

    class Broken:
        def run(self) -> None:
            raise RuntimeError("a fault of ours")

    stop, crashed = threading.Event(), threading.Event()
    with pytest.raises(RuntimeError):
        service.run(Broken(), stop, crashed)
    assert stop.is_set()
    assert crashed.is_set()

"""Starting parts side by side: what is kept, what begins anew, what goes wrong, what is undone."""

from __future__ import annotations

import os
import socket
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from cloudlab.lab import processes
from cloudlab.lab.errors import LabDown, LabError, PartFailed, PortTaken
from cloudlab.lab.parts import Context
from cloudlab.lab.parts.base import Launch, ProcessPart
from cloudlab.lab.progress import Progress
from cloudlab.lab.settings import settings
from cloudlab.lab.starting import Starter, failed
from cloudlab.lab.state import LabState, PartState


class Stub(ProcessPart):
    """A `sleep` that counts as ready when something takes a connection at `answers`."""

    title = backend = "stub"
    fidelity = "real"
    health = None

    def __init__(self, name: str, answers: int, run: str = "exec sleep 60") -> None:
        self.name, self.answers, self.run = name, answers, run  # type: ignore[misc]
        self.link: str | None = None

    def endpoint(self, context: Context) -> str:
        return f"http://127.0.0.1:{self.answers}"

    def launch(self, context: Context) -> Launch:
        return Launch(("sh", "-c", self.run))

    def blank(self, context: Context) -> PartState:
        state = super().blank(context)
        state.link = self.link
        return state


@pytest.fixture(autouse=True)
def own_state(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    monkeypatch.setenv("LAB_STATE_DIR", str(tmp_path / "lab"))
    yield
    processes.sweep({})


@pytest.fixture
def open_port() -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


def starter(state: LabState, *parts: Stub, first: tuple[str, ...] = (), **more: Any) -> Starter:
    return Starter(state, list(parts), settings({}), Progress(), first, **more)


def pid(state: LabState, name: str) -> int:
    return state.parts[name].processes[0].pid


def test_only_what_is_not_as_asked_begins_anew(open_port):
    state, kept = LabState(), Stub("kept", open_port)
    parts = [kept, Stub("changed", open_port), Stub("broken", open_port)]
    first = starter(state, *parts)
    assert first.run() == []
    assert first.started == ["kept", "changed", "broken"]
    assert state.parts["kept"].ready_seconds is not None
    before = dict(state.parts)
    state.parts["broken"].failure = "it was given up"
    second = starter(state, kept, Stub("changed", open_port, "exec sleep 61"), parts[2])
    assert second.run() == []
    assert second.started == ["changed", "broken"]
    assert state.parts["kept"] is before["kept"]
    assert state.parts["broken"].failure is None
    assert [processes.alive(one.processes[0]) for one in before.values()] == [True, False, False]


def test_what_starts_first_knows_the_address_of_what_starts_last(open_port):
    """AWS_ENDPOINT_URL is the gateway's, though the gateway comes after."""
    gateway = Stub("aws-endpoint", open_port)
    env = starter(LabState(), Stub("a", open_port), gateway).context.environment
    assert env["AWS_ENDPOINT_URL"] == f"http://127.0.0.1:{open_port}"


def test_a_process_that_ends_is_told_with_its_last_words_and_the_rest_stays(open_port):
    """However it wrote them: a log isn't always UTF-8."""
    says = "for n in 1 2 3 4 5 6 7 8 9; do echo word $n; done; printf 'caf\\351\\n'; exit 3"
    state = LabState()
    (error,) = starter(state, Stub("bad", 1, says), Stub("good", open_port)).run()
    assert isinstance(error, PartFailed)
    what, *tail = error.what.splitlines()
    assert what == "bad (stub, port None) did not become ready: its process ended"
    assert [line.strip() for line in tail] == [*(f"word {n}" for n in range(3, 10)), "caf�"]
    assert (error.todo, error.log) == ("cloudlab restart bad", state.parts["bad"].log)
    assert state.parts["bad"].failure == error.what
    assert processes.alive(state.parts["good"].processes[0])


def test_a_part_that_never_answers_is_stopped_after_its_limit(open_port, monkeypatch):
    monkeypatch.setattr(Stub, "limit", 0.1)
    state = LabState()
    (error,) = starter(state, Stub("mute", 1)).run()
    assert "no answer in 0 s" in error.what
    assert not processes.alive(state.parts["mute"].processes[0])


def test_a_port_lost_to_another_program_is_told_from_other_failures(open_port):
    gone = processes.ProcessId(os.getpid(), 1.0)
    state = PartState("a", "", "stub", "real", port=open_port, processes=[gone])
    assert isinstance(failed(state, "its process ended"), PortTaken)
    state.port = 1
    assert isinstance(failed(state, "its process ended"), PartFailed)


def test_work_beside_that_fails_is_told_and_a_bug_undoes_what_was_begun(open_port):
    error, state = LabDown(), LabState()
    done: list[str] = []
    works = (lambda: failing(error), lambda: done.append("work"))
    assert starter(state, Stub("a", open_port)).run(*works) == [error]
    assert done == ["work"]
    kept = state.parts["a"]
    with pytest.raises(ZeroDivisionError):
        starter(state, Stub("a", open_port), Stub("b", 1)).run(lambda: failing(ZeroDivisionError()))
    assert state.parts == {"a": kept}
    assert [one.pid for one in processes.marked()] == [pid(state, "a")]


def failing(error: Exception) -> None:
    raise error


def test_the_link_is_said_once_when_the_first_section_can_begin(open_port, monkeypatch, capsys):
    monkeypatch.setattr(Stub, "limit", 0.3)
    desk, slow = Stub("desk", open_port), Stub("slow", 1)
    desk.link = "http://127.0.0.1/lab"
    starter(LabState(), slow, desk, Stub("aws", open_port), first=("desk", "aws")).run()
    said = capsys.readouterr().err.splitlines()
    assert said.count("You can begin: http://127.0.0.1/lab") == 1
    assert said.index("You can begin: http://127.0.0.1/lab") < said.index("slow: stub: failed")


class Prepared(Stub):
    """Notes when it's prepared; tells a variable once it's started."""

    def __init__(self, name: str, answers: int, *after: str, fails: LabError | None = None) -> None:
        super().__init__(name, answers)
        self.after = after  # type: ignore[misc]
        self.fails, self.seen = fails, list[Context]()

    def prepare(self, context: Context) -> None:
        self.seen.append(context)
        if self.fails:
            raise self.fails

    def start(self, context: Context) -> PartState:
        return replace(super().start(context), variables={f"OF_{self.name}": self.name})


def test_what_stands_on_another_is_prepared_when_that_is_ready_and_knows_its_variables(open_port):
    state = LabState()
    images, engine = Prepared("images", open_port, "engine"), Prepared("engine", open_port)
    assert starter(state, images, engine, images=("node",)).run() == []
    (context,) = images.seen
    assert context.environment["OF_engine"] == "engine"
    assert context.images == ("node",)
    assert "OF_images" not in context.environment
    assert state.variables == {"OF_engine": "engine", "OF_images": "images"}


def test_what_stands_on_one_that_begins_anew_does_so_too(open_port):
    state = LabState()
    engine, images = Prepared("engine", open_port), Prepared("images", open_port, "engine")
    starter(state, engine, images).run()
    assert starter(state, engine, images).run() == []
    assert len(images.seen) == 1
    processes.stop(state.parts["engine"].processes)
    again = starter(state, engine, images)
    assert again.run() == []
    assert again.started == ["engine", "images"]


def test_what_stands_on_one_that_failed_says_so_in_a_line(open_port):
    engine = Prepared("engine", open_port, fails=PartFailed("no engine", "install one"))
    images, state = Prepared("images", open_port, "engine"), LabState()
    problems = starter(state, engine, images).run()
    assert [one.what for one in problems] == [
        "no engine",
        "images was not started: it needs engine, which isn't there",
    ]
    assert images.seen == []
    assert state.parts["images"].failure


def test_a_long_preparation_holds_no_other_part_up(open_port):
    """And takes nothing from its own time to become ready."""
    release, state = threading.Event(), LabState()
    slow, quick = Prepared("slow", open_port), Stub("quick", open_port)
    slow.limit = 0.5  # type: ignore[misc]
    slow.prepare = lambda context: (time.sleep(0.6), release.wait(10))  # type: ignore[assignment]

    def remember() -> None:
        assert state.parts["quick"].ready_seconds is not None
        assert state.parts["slow"].processes == []
        release.set()

    assert starter(state, slow, quick, remember=remember).run() == []
    assert release.is_set()


def test_nothing_is_prepared_before_what_was_left_behind_is_swept(open_port):
    """It would be taken for that."""
    order: list[str] = []
    part = Prepared("a", open_port)
    part.prepare = lambda context: order.append("prepared")  # type: ignore[assignment]

    def sweep() -> None:
        time.sleep(0.2)
        order.append("swept")

    assert starter(LabState(), part).run(sweep=sweep) == []
    assert order == ["swept", "prepared"]


def test_ctrl_c_ends_a_preparation_and_what_waits_for_it(open_port):
    state, begun = LabState(), threading.Event()
    engine, images = Prepared("engine", open_port), Prepared("images", open_port, "engine")

    def prepare(context: Context) -> None:
        begun.set()
        assert context.cancelled.wait(10)

    engine.prepare = prepare  # type: ignore[assignment]

    def interrupt() -> None:
        begun.wait(10)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        starter(state, engine, images).run(interrupt)
    assert state.parts == {}
    assert processes.marked() == []
    assert images.seen == []


def test_nothing_is_said_of_beginning_where_all_is_ready_at_once(open_port, capsys):
    desk = Stub("desk", open_port)
    desk.link = "http://127.0.0.1/lab"
    starter(LabState(), desk, first=("desk",)).run()
    assert "You can begin" not in capsys.readouterr().err

"""A process of the lab: marked, in a session of its own, its words in a log."""

import os
import socket
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from cloudlab.lab import processes
from cloudlab.lab.errors import PartFailed, Unwritable
from cloudlab.lab.paths import paths
from cloudlab.lab.ports import choose, listen
from cloudlab.lab.spawning import spawn

SLEEP = ["sleep", "60"]
GREET = """
import os, socket
server = socket.socket(fileno=int(os.environ["LAB_LISTENER"]))
server.accept()[0].sendall(b"hello")
"""


@pytest.fixture(autouse=True)
def log(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Path]:
    (tmp_path / "lab").mkdir()
    monkeypatch.setenv("LAB_STATE_DIR", str(tmp_path / "lab"))
    yield tmp_path / "part.log"
    processes.sweep({})


def until(true: Callable[[], bool]) -> None:
    end = time.monotonic() + 10
    while not true():
        assert time.monotonic() < end
        time.sleep(0.01)


def test_it_is_marked_and_out_of_reach_of_the_learners_terminal(log):
    child = psutil.Process(spawn("aws", SLEEP, {"PATH": os.environ["PATH"]}, log=log).pid)
    # The kernel names a program before it lays its environment where others can read it.
    until(lambda: child.name() == "sleep" and child.environ() != {})
    assert child.environ() == {
        "PATH": os.environ["PATH"],
        "CLOUDLAB_STATE": str(paths().state),
        "CLOUDLAB_PART": "aws",
    }
    assert os.getsid(child.pid) == child.pid
    assert child.cwd() == str(paths().state)


def test_the_log_holds_what_this_one_said_for_the_user_alone(log):
    spawn("a", ["sh", "-c", "echo out; echo err >&2; read x || echo no input"], {}, log=log)
    until(lambda: "no input" in log.read_text())
    assert log.read_text().split("\n") == ["out", "err", "no input", ""]
    assert log.stat().st_mode & 0o777 == 0o600
    spawn("a", ["sh", "-c", "echo anew"], {}, log=log)
    until(lambda: log.read_text() == "anew\n")


def test_one_that_ends_at_once_is_known_all_the_same(log):
    child = spawn("a", ["true"], os.environ, log=log)
    until(lambda: not processes.alive(child))
    assert abs(child.created - time.time()) < 60


def test_a_listener_is_handed_over_before_anybody_could_take_its_port(log):
    with listen(choose(25000)) as server:
        port = server.getsockname()[1]
        spawn("a", [sys.executable, "-S", "-c", GREET], os.environ, log=log, listener=server)
    with socket.create_connection(("127.0.0.1", port), timeout=10) as client:
        assert client.recv(5) == b"hello", log.read_text()


def test_a_program_that_is_not_there_is_told_by_its_name(log):
    with pytest.raises(PartFailed, match=r"aws: can't run /nowhere/caddy: No such file") as caught:
        spawn("aws", ["/nowhere/caddy"], os.environ, log=log)
    assert "make lab-up" in caught.value.todo
    assert processes.marked() == []


def test_a_log_that_cannot_be_written_is_told_by_its_path(log):
    log.touch()
    with pytest.raises(Unwritable, match=f"cannot write {log}/x.log: not a directory"):
        spawn("a", SLEEP, os.environ, log=log / "x.log")
    assert processes.marked() == []

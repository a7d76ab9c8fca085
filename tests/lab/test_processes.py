import os
import subprocess
import sys
import time
from collections.abc import Iterator

import psutil
import pytest

from cloudlab.lab import processes
from cloudlab.lab.spawning import spawn
from cloudlab.lab.state import ProcessId

SLEEP = [sys.executable, "-c", "import time; time.sleep(60)"]
STUBBORN = [
    sys.executable,
    "-c",
    "import signal, time; signal.signal(15, signal.SIG_IGN); print('up', flush=True);"
    "time.sleep(60)",
]


@pytest.fixture(autouse=True)
def own_state(monkeypatch, tmp_path) -> Iterator[None]:
    (tmp_path / "lab").mkdir()
    monkeypatch.setenv("LAB_STATE_DIR", str(tmp_path / "lab"))
    yield
    processes.sweep({})


@pytest.fixture
def stranger() -> Iterator[subprocess.Popen[bytes]]:
    child = subprocess.Popen(SLEEP)
    yield child
    child.kill()
    child.wait()


def started(tmp_path, argv=SLEEP, name="part") -> ProcessId:
    return spawn(name, argv, os.environ, log=tmp_path / f"{name}.log")


def test_a_part_is_known_again_and_stopped(tmp_path):
    identity = started(tmp_path)
    assert processes.alive(identity)
    processes.stop([identity])
    assert not processes.alive(identity)


def test_a_number_given_to_another_process_is_never_signalled(stranger):
    created = psutil.Process(stranger.pid).create_time()
    for stale in (ProcessId(stranger.pid, created - 3600), ProcessId(stranger.pid, created)):
        assert not processes.alive(stale)
        processes.stop([stale], grace=0.1)
        assert stranger.poll() is None


def test_who_ignores_a_polite_end_is_killed(tmp_path):
    identity = started(tmp_path, STUBBORN)
    while not (tmp_path / "part.log").read_text():
        time.sleep(0.01)
    processes.stop([identity], grace=0.2)
    assert not processes.alive(identity)


def test_children_end_with_their_parent(tmp_path):
    code = (
        "import subprocess, time\n"
        f"subprocess.Popen({SLEEP!r}); print('up', flush=True); time.sleep(60)"
    )
    parent = started(tmp_path, [sys.executable, "-c", code])
    while not (tmp_path / "part.log").read_text():
        time.sleep(0.01)
    (child,) = psutil.Process(parent.pid).children()
    processes.stop([parent])
    assert not processes.running(child)


def test_the_sweep_finds_what_no_file_remembers(tmp_path, stranger):
    identity = started(tmp_path)
    assert [one.pid for one in processes.marked()] == [identity.pid]
    assert processes.sweep({}) == [identity.pid]
    assert not processes.alive(identity)
    assert stranger.poll() is None


def test_the_sweep_spares_running_parts_and_what_they_started(tmp_path):
    kept = started(tmp_path, name="jupyter")
    left_in_a_terminal = started(tmp_path, name="jupyter")  # younger: JupyterLab's own
    stray = started(tmp_path, name="aws")
    assert processes.sweep({"jupyter": kept.created}) == [stray.pid]
    assert processes.alive(kept)
    assert processes.alive(left_in_a_terminal)


def test_the_sweep_stops_an_older_one_of_the_same_name(tmp_path):
    old = started(tmp_path, name="aws")
    assert processes.sweep({"aws": old.created + 60}) == [old.pid]


def test_another_labs_processes_are_not_ours(tmp_path, monkeypatch):
    identity = started(tmp_path)
    monkeypatch.setenv("LAB_STATE_DIR", str(tmp_path / "other"))
    assert processes.sweep({}) == []
    assert not processes.alive(identity)  # not as far as that lab goes
    monkeypatch.setenv("LAB_STATE_DIR", str(tmp_path / "lab"))
    assert processes.alive(identity)

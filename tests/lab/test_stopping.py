"""Stopping parts, whatever they are made of; a stand-in plays the `docker` command."""

import os
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from cloudlab.lab import processes, stopping
from cloudlab.lab.engine import docker
from cloudlab.lab.spawning import spawn
from cloudlab.lab.state import PartState, ProcessId


@pytest.fixture(autouse=True)
def told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Callable[[], list[str]]]:
    """What docker was told, a line a call."""
    log, command = tmp_path / "docker.log", tmp_path / "bin" / "docker"
    command.parent.mkdir()
    command.write_text(f'#!/bin/sh\necho "$@" >> {log}\n[ "$1" != ps ] || echo beef\n')
    command.chmod(0o755)
    (tmp_path / "lab").mkdir()
    monkeypatch.setenv("PATH", f"{command.parent}:{os.environ['PATH']}")
    monkeypatch.setenv("LAB_STATE_DIR", str(tmp_path / "lab"))
    yield lambda: log.read_text().splitlines() if log.exists() else []
    processes.sweep({})


def sleeper(name: str) -> ProcessId:
    log = Path(os.environ["LAB_STATE_DIR"], f"{name}.log")
    return spawn(name, ["sleep", "60"], os.environ, log=log)


def part(name: str, *processes: ProcessId, containers: tuple[str, ...] = ()) -> PartState:
    return PartState(
        name, "", "stub", "real", processes=list(processes), containers=list(containers)
    )


def test_processes_and_containers_end_in_one_go(told):
    one, other = sleeper("a"), sleeper("b")
    mixed = [part("a", one, containers=("c0ffee",)), part("b", other), part("c", containers=("d",))]
    stopping.stop(iter(mixed))
    assert not processes.alive(one)
    assert not processes.alive(other)
    assert told() == ["rm --force --volumes c0ffee d"]


def test_docker_is_not_asked_where_nothing_is_a_container(told):
    stopping.stop([part("a", sleeper("a"))])
    stopping.stop([])
    assert told() == []


def test_a_docker_that_has_gone_keeps_nothing_else_from_ending(monkeypatch):
    one = sleeper("a")
    monkeypatch.setenv("PATH", "/nowhere")
    stopping.stop([part("a", one, containers=("c0ffee",))])
    assert not processes.alive(one)
    stopping.sweep_containers()


def test_containers_that_no_state_remembers_go_by_their_label(told):
    stopping.sweep_containers()
    assert told() == [
        f"ps --all --quiet --filter label={docker.LABEL}={docker.lab_mark()}",
        f"ps --all --quiet --filter label={docker.KIND_LABEL}={docker.kind_cluster()}",
        "rm --force --volumes beef beef",
    ]


def test_a_sweep_spares_a_running_part_and_all_that_came_after_its_first_process():
    first, second, stray = sleeper("a"), sleeper("a"), sleeper("b")
    stopping.sweep(keep=[part("a", second, first)])
    assert processes.alive(first)
    assert processes.alive(second)
    assert not processes.alive(stray)


def test_a_part_that_ended_accounts_for_nothing_that_bears_its_name():
    ended, left = sleeper("a"), sleeper("a")
    processes.stop([ended])
    stopping.sweep(keep=[part("a", ended), part("a-container", containers=("c0ffee",))])
    assert not processes.alive(left)


def test_a_part_that_needs_no_time_to_end_is_given_none(tmp_path):
    log = tmp_path / "deaf.log"
    deaf = spawn("a", ["sh", "-c", "trap '' TERM; echo on; sleep 60 & wait"], os.environ, log=log)
    while not log.read_text():
        time.sleep(0.01)
    began = time.monotonic()
    stopping.stop([replace(part("a", deaf), grace=0.1)])
    assert not processes.alive(deaf)
    assert time.monotonic() - began < 3

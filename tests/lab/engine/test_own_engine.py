"""The lab's own engine: how it's started, what's left of it; stand-ins play daemon and tools."""

import os
import re
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from cloudlab.lab import processes
from cloudlab.lab.engine import engines, own_engine
from cloudlab.lab.spawning import spawn
from cloudlab.lab.tools import apt

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="dockerd runs on Linux alone")

DAEMON = """\
#!/bin/sh
if [ "$1" = --version ]; then echo "Docker version {version}, build x"; exit; fi
echo "$HTTP_PROXY $*" > {told}
trap 'exit 0' TERM
while :; do sleep 0.1; done
"""


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Path]:
    """Folders of the test's own, and a `bin` on PATH that holds nothing yet but the shell's."""
    monkeypatch.setenv("LAB_STATE_DIR", str(tmp_path / "lab"))
    (tmp_path / "bin").mkdir()
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}:/usr/bin:/bin")
    monkeypatch.setattr(own_engine, "ENDPOINT", f"unix://{tmp_path / 'docker.sock'}")
    monkeypatch.setattr(own_engine, "ROOTS", (str(tmp_path / "docker"),))
    pids = {name: tmp_path / f"{name}.pid" for name in own_engine.PIDFILES}
    monkeypatch.setattr(own_engine, "PIDFILES", pids)
    monkeypatch.setattr(own_engine, "BRIDGE", re.compile("no such bridge"))
    yield tmp_path
    processes.sweep({})


@pytest.fixture
def daemon(machine: Path) -> Callable[[str], Path]:
    """Lays a `dockerd` of that version."""

    def lay(version: str) -> Path:
        file = machine / "bin" / "dockerd"
        file.write_text(DAEMON.format(version=version, told=machine / "told"))
        file.chmod(0o755)
        return file

    return lay


def which(monkeypatch: pytest.MonkeyPatch, *there: str) -> None:
    monkeypatch.setattr(own_engine.shutil, "which", lambda name: name if name in there else None)


def test_root_on_linux_may_have_one_that_is_there_or_can_be_installed(machine, monkeypatch):
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    monkeypatch.setattr(apt, "available", lambda: False)
    which(monkeypatch)
    assert not own_engine.possible()
    which(monkeypatch, "dockerd")
    assert own_engine.possible()
    assert own_engine.outlook() == "starts the Docker Engine that is installed"
    which(monkeypatch)
    monkeypatch.setattr(apt, "available", lambda: True)
    assert own_engine.possible()
    assert own_engine.outlook() == "installs docker.io (apt-get) and starts it"
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    assert not own_engine.possible()


@pytest.mark.parametrize(
    ("there", "installed"),
    [
        ((), ["docker.io", "docker-cli"]),
        (("dockerd",), ["docker-cli"]),
        (("dockerd", "docker"), []),
    ],
)
def test_what_is_missing_is_installed(machine, monkeypatch, there, installed):
    done: list[str] = []
    which(monkeypatch, *there)
    monkeypatch.setattr(apt, "install", lambda package, say, cancelled: done.append(package))
    own_engine.install(print, threading.Event())
    assert done == installed


def wait_for(file: Path) -> str:
    until = time.monotonic() + 10
    while not file.exists() or not file.read_text():
        assert time.monotonic() < until
        time.sleep(0.01)
    return file.read_text()


@pytest.mark.parametrize(("version", "of_networks"), [("20.10.24+dfsg1", False), ("26.1.5", True)])
def test_it_publishes_on_loopback_and_pulls_through_the_learners_proxy(
    machine, daemon, monkeypatch, version, of_networks
):
    daemon(version)
    monkeypatch.setenv("HTTP_PROXY", "http://proxy.example:3128")
    own_engine.start({"PATH": os.environ["PATH"]})
    told = wait_for(machine / "told")
    assert told.startswith("http://proxy.example:3128 --host unix://")
    assert "--ip 127.0.0.1" in told
    assert ("host_binding_ipv4=127.0.0.1" in told) is of_networks


@pytest.mark.parametrize("name", own_engine.PIDFILES)
def test_a_pid_that_another_program_has_now_stands_in_no_ones_way(machine, daemon, name):
    daemon("26.1.5")
    file = own_engine.PIDFILES[name]
    file.write_text(str(os.getpid()))
    own_engine.start({"PATH": os.environ["PATH"]})
    assert not file.exists()
    file.write_text("nonsense")
    own_engine._forget_dead_pids()


@pytest.mark.parametrize("name", own_engine.PIDFILES)
def test_a_killed_daemon_that_nobody_has_collected_yet_is_dead(machine, name):
    program, file = machine / "remains" / name, own_engine.PIDFILES[name]
    program.parent.mkdir()
    program.symlink_to("/bin/sleep")
    with subprocess.Popen([program, "60"]) as daemon:
        file.write_text(str(daemon.pid))
        own_engine._forget_dead_pids()
        assert file.exists(), "one that runs is in the way, and is said to be"
        daemon.kill()
        os.waitid(os.P_PID, daemon.pid, os.WEXITED | os.WNOWAIT)
        own_engine._forget_dead_pids()
        assert not file.exists()


def test_leaving_ends_the_daemon_its_containers_first(machine, daemon, fake_engine):
    engine = fake_engine("docker.sock")
    engine.answers |= {"GET /containers/json": [{"Id": "c1"}], "POST /containers/c1/kill": b""}
    daemon("26.1.5")
    own_engine.start({"PATH": os.environ["PATH"]})
    wait_for(machine / "told")
    assert own_engine.runs()
    assert own_engine.endpoint_used() == own_engine.ENDPOINT
    own_engine.leave()
    assert "POST /containers/c1/kill" in engine.asked
    assert processes.marked() == []
    assert not own_engine.runs()


def test_what_a_killed_daemon_left_ends_too(machine):
    """Nobody remembers it: the mark tells."""
    shim = spawn(own_engine.PART, ["sleep", "60"], os.environ, log=machine / "log", cwd=machine)
    other = spawn("aws", ["sleep", "60"], os.environ, log=machine / "log", cwd=machine)
    own_engine.leave()
    assert not processes.alive(shim)
    assert processes.alive(other)


def test_what_is_mounted_below_its_folders_is_let_go(machine, monkeypatch):
    told, umount = machine / "told", machine / "bin" / "umount"
    umount.write_text(f'#!/bin/sh\necho "$@" >> {told}\n')
    umount.chmod(0o755)
    root, mounts = own_engine.ROOTS[0], machine / "mounts"
    points = ["/", root, f"{root}/overlay2/a/merged", f"{root}-other/x", f"{root}/netns/b"]
    mounts.write_text("".join(f"dev {point} ext4 rw 0 0\n" for point in points))
    monkeypatch.setattr(own_engine, "MOUNTS", mounts)
    own_engine._unmount()
    assert told.read_text().splitlines() == [
        f"--lazy {root}/netns/b",
        f"--lazy {root}/overlay2/a/merged",
    ]


def test_bridges_are_docker_ones_alone():
    said = (
        "1: lo: <LOOPBACK>\n2: docker0: <UP>\n3: br-2cbda47bb441: <UP>\n4: br-lan: <UP>\n"
        "5: veth1@if4: <UP>\n6: mydocker0: <UP>\n"
    )
    assert own_engine.BRIDGE.findall(said) == ["docker0", "br-2cbda47bb441"]


def test_somebody_elses_engine_is_left_alone(machine, fake_engine):
    engine = fake_engine("docker.sock")
    own_engine.note(engine.endpoint, own=False)
    own_engine.leave()
    assert engine.asked == []
    assert own_engine.endpoint_used() == engine.endpoint
    own_engine.forget()
    assert own_engine.endpoint_used() is None
    assert engines.answering(engine.endpoint)

"""The container engine of a lab on a machine that has none: started, killed, found, ended.

The machine is a network and a /run of its own, so that an engine which runs here isn't touched.
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil
import pytest

from cloudlab.lab.processes import command_of, marked, running
from cloudlab.lab.tools.finding import find_tool

NEEDED = ("dockerd", "docker", "unshare", "nsenter", "ip")
MISSING = [name for name in NEEDED if not shutil.which(name)]

pytestmark = [
    pytest.mark.lab,
    pytest.mark.timeout(900),
    pytest.mark.skipif(sys.platform != "linux" or os.geteuid() != 0, reason="for root on Linux"),
    pytest.mark.skipif(bool(MISSING), reason=f"not on this machine: {', '.join(MISSING)}"),
]

VICTIMS = ("dockerd", "containerd", "containerd-shim-runc-v2", "docker-proxy")
#: `cloudlab up`, for the engine alone: no section's images have to be built for these tests.
UP = """
from cloudlab.cli import _clean_up_when_ended, _finish
from cloudlab.lab import bringing_up, lab, rooms, state
from cloudlab.lab.progress import Progress
with Progress() as progress, state.lab_lock():
    needs = rooms.Needs(parts=("containers",))
    result = bringing_up.bring_up(lab.recall(progress), needs, ["start"], progress)
raise SystemExit(_finish(result))
"""
#: A machine's own /run and /var/lib/docker, without what an engine here has mounted below them; it
#: says when they're there.
HOLDER = (
    "awk '$2 ~ \"docker/\" {{print $2}}' /proc/self/mounts | xargs --no-run-if-empty umount --lazy"
    " ; mount -t tmpfs tmpfs /run && mkdir -p /var/lib/docker && mount --bind {lib} /var/lib/docker"
    " && ip link set lo up && echo there && exec sleep 3600"
)


@dataclass
class Machine:
    """What runs here, runs in its network and sees its folders."""

    holder: int
    image: Path

    def command(self, *argv: str) -> list[str]:
        return ["nsenter", "-t", str(self.holder), "--net", "--mount", *argv]

    def run(self, *argv: str, **more: Any) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            self.command(*argv), capture_output=True, text=True, check=False, timeout=180, **more
        )

    def up(self, lab: Any) -> subprocess.CompletedProcess[str]:
        done = self.run(sys.executable, "-c", UP, env=lab.environment)
        assert done.returncode == 0, done.stderr
        return done

    def cloudlab(self, lab: Any, *words: str) -> subprocess.CompletedProcess[str]:
        return self.run(sys.executable, "-m", "cloudlab.cli", *words, env=lab.environment)

    def docker(self, *words: str) -> str:
        done = self.run("docker", "-H", "unix:///var/run/docker.sock", *words)
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    def begin_containers(self) -> None:
        """A section's, with a network and a volume; and one of the learner's, which comes back."""
        self.docker("import", "--change", 'CMD ["/bin/sleep", "1000"]', str(self.image), "trial")
        label = ("--label", "cloudlab.section=start")
        self.docker("network", "create", *label, "start")
        self.docker("volume", "create", *label, "start")
        self.docker(
            "run", "-d", *label, "--network", "start", "-v", "start:/v", "-p", "9:9", "trial"
        )
        self.docker("run", "-d", "--name", "mine", "--restart", "always", "trial")

    def in_containers(self) -> list[int]:
        """The pids of what runs in containers."""
        listed = self.docker("ps", "-q").split()
        pids = self.docker("inspect", "--format", "{{.State.Pid}}", *listed)
        return [int(pid) for pid in pids.split()]

    def left(self) -> list[str]:
        """Docker's mounts and links; the kernel takes a moment to end a network."""
        until = time.monotonic() + 5
        while (found := self._left()) and time.monotonic() < until:
            time.sleep(0.1)
        return found

    def _left(self) -> list[str]:
        mounts = self.run("cat", "/proc/self/mounts").stdout.splitlines()
        links = self.run("ip", "-o", "link").stdout
        below = [line.split()[1] for line in mounts if "docker/" in line.split()[1]]
        return [*below, *re.findall(r"^\d+: (docker0|br-\w+|veth\w+)", links, re.MULTILINE)]


@pytest.fixture(scope="module")
def plugins(isolated: Path) -> None:
    """Compose and buildx are fetched or built outside: the machine has no network."""
    for name in ("docker-compose", "docker-buildx"):
        find_tool(name)


@pytest.fixture
def machine(plugins: None, tmp_path: Path) -> Iterator[Machine]:
    """A machine that has Docker's packages, and no engine that runs."""
    (tmp_path / "lib").mkdir()
    isolate = ["unshare", "--net", "--mount", "--propagation", "private", "sh", "-c"]
    script = HOLDER.format(lib=tmp_path / "lib")
    with subprocess.Popen([*isolate, script], stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout
        assert holder.stdout.readline() == "there\n"
        yield Machine(holder.pid, _image(tmp_path))
        holder.kill()


def _image(folder: Path) -> Path:
    """A root file system in which /bin/sleep runs: itself and its libraries."""
    listed = subprocess.run(
        ["ldd", "/bin/sleep"], capture_output=True, text=True, check=True
    ).stdout
    files = {"/bin/sleep", *re.findall(r"(/\S+) \(0x", listed)}
    root = folder / "root"
    for file in files:
        target = root / file.lstrip("/")
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(file, target)
    return Path(shutil.make_archive(str(folder / "image"), "tar", root))


@pytest.fixture
def lab(machine: Machine, new_lab: Callable[[str], Any]) -> Iterator[Any]:
    """A lab on that machine; it's down at the end."""
    one = new_lab("one")
    yield one
    machine.cloudlab(one, "down")


def daemon(lab: Any) -> psutil.Process:
    (one,) = [one for one in marked(lab.state) if command_of(one) == "dockerd"]
    return one


def runs(pid: int) -> bool:
    """Whether it runs, and isn't only waiting for somebody to take note of its end."""
    try:
        return running(psutil.Process(pid))
    except psutil.NoSuchProcess:
        return False


def kill(lab: Any, *names: str) -> None:
    """All at once, with no chance to end what they started."""
    for one in marked(lab.state):
        if command_of(one) in names:
            os.kill(one.pid, signal.SIGKILL)


def test_an_engine_is_started_used_and_ended_with_all_that_ran_on_it(machine, lab):
    began = machine.up(lab)
    assert "Docker Engine" in began.stdout
    assert machine.cloudlab(lab, "status").returncode == 0
    before = daemon(lab).pid
    assert machine.up(lab).returncode == 0
    assert daemon(lab).pid == before
    machine.begin_containers()
    done = machine.cloudlab(lab, "down")
    assert "removed from the container engine: 1 container, 1 network, 1 volume" in done.stderr
    assert "stopped: containers" in done.stdout
    assert marked(lab.state) == []
    assert machine.left() == []


def test_compose_runs_by_the_labs_environment(machine, lab, tmp_path):
    """And by no configuration of the learner's, in which nothing works."""
    machine.up(lab)
    machine.docker("import", "--change", 'CMD ["/bin/sleep", "1000"]', str(machine.image), "trial")
    (tmp_path / "compose.yaml").write_text(
        "name: trial\nservices: {one: {image: trial, build: .}}\n"
    )
    (tmp_path / "Dockerfile").write_text('FROM trial\nCMD ["/bin/sleep", "1001"]\n')
    script = 'eval "$({} -m cloudlab.cli env)" && cd {} && docker compose --progress quiet {}'
    learners = {**lab.environment, "DOCKER_HOST": "tcp://far.example:1", "DOCKER_CONTEXT": "far"}

    def compose(words: str) -> subprocess.CompletedProcess[str]:
        line = script.format(sys.executable, tmp_path, words)
        return machine.run("sh", "-c", line, env={**learners, "BUILDX_BUILDER": "far"})

    assert compose("version").stdout.startswith("Docker Compose version v2")
    up = compose("up -d --build")
    assert (up.returncode, up.stderr, up.stdout) == (0, "", "")
    assert compose("ps --format {{.Service}}").stdout == "one\n"
    assert machine.docker("inspect", "--format", "{{.Config.Cmd}}", "trial") == "[/bin/sleep 1001]"
    assert compose("down").returncode == 0


@pytest.mark.parametrize("victim", VICTIMS)
def test_whatever_is_killed_up_brings_it_back_and_down_leaves_nothing(machine, lab, victim):
    machine.up(lab)
    machine.begin_containers()
    kill(lab, victim)
    machine.up(lab)
    until = time.monotonic() + 30
    while "mine" not in machine.docker("ps", "--format", "{{.Names}}"):
        assert time.monotonic() < until
        time.sleep(0.1)
    sleeping = machine.in_containers()
    assert sleeping
    kill(lab, *VICTIMS)
    assert machine.cloudlab(lab, "down").returncode == 0
    assert [one for one in sleeping if runs(one)] == []
    assert marked(lab.state) == []
    assert machine.left() == []


def test_ctrl_c_leaves_no_engine(machine, lab):
    child = subprocess.Popen(
        machine.command(sys.executable, "-c", UP),
        env=lab.environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    while not any(command_of(one) == "dockerd" for one in marked(lab.state)):
        assert child.poll() is None
        time.sleep(0.01)
    os.kill(child.pid, signal.SIGINT)
    assert child.wait(60) != 0
    assert marked(lab.state) == []
    assert machine.left() == []


def test_somebody_elses_engine_is_found_and_never_stopped(machine, lab, new_lab):
    first, second = lab, new_lab("two")
    machine.up(first)
    machine.begin_containers()
    machine.up(second)
    assert daemon(first)
    assert marked(second.state) == []
    done = machine.cloudlab(second, "down")
    assert "1 container, 1 network, 1 volume" in done.stderr
    assert machine.docker("ps", "--format", "{{.Names}}") == "mine"

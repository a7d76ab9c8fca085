"""The lab's own Docker Engine: where none answers, and this user is root on Linux.

It listens where Docker's clients look for one and keeps its images where a service of the system
would, so that a later lab, or a real service, finds them. It ends with the lab.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cloudlab.lab.engine import engines
from cloudlab.lab.engine.api import EngineRefused, EngineSilent, ask
from cloudlab.lab.environment import PROXIES
from cloudlab.lab.paths import paths, write_private
from cloudlab.lab.spawning import spawn
from cloudlab.lab.state import ProcessId
from cloudlab.lab.tools import apt

if TYPE_CHECKING:
    import psutil

#: The part that it is.
PART = "containers"
ENDPOINT = f"unix://{engines.SYSTEM_SOCKET}"
#: Docker's own folders: images and containers; sockets, network namespaces.
ROOTS = ("/var/lib/docker", "/run/docker", "/var/run/docker")
#: Where the daemon and the one below it write down who they are.
PIDFILES = {
    "dockerd": Path("/var/run/docker.pid"),
    "containerd": Path("/var/run/docker/containerd/containerd.pid"),
}
MOUNTS = Path("/proc/self/mounts")
#: Seconds that it's given to end, its containers having been killed before.
GRACE_SECONDS = 15.0
#: Seconds for what a killed daemon left running.
REST_SECONDS = 1.0
#: A container's id in the control group of its processes.
CONTAINER = re.compile(r"docker[-/]([0-9a-f]{64})")
#: The bridges that Docker makes: its default one, and one for each network.
BRIDGE = re.compile(r"^\d+: (docker0|br-[0-9a-f]{12}):", re.MULTILINE)


def possible() -> bool:
    """Whether this user may run an engine here, which is there or can be installed."""
    root = sys.platform == "linux" and os.geteuid() == 0
    return root and (shutil.which("dockerd") is not None or apt.available())


def outlook() -> str:
    """What `up` would do, in words."""
    if shutil.which("dockerd"):
        return "starts the Docker Engine that is installed"
    return "installs docker.io (apt-get) and starts it"


def runs() -> bool:
    """Whether the lab's own engine runs."""
    return bool(_noted().get("own"))


def install(say: Callable[[str], None], cancelled: threading.Event) -> None:
    """Docker's daemon and client from Debian's packages, where they aren't there."""
    if not shutil.which("dockerd"):
        apt.install("docker.io", say, cancelled)
        _stop_init_script()
    if not shutil.which("docker"):
        apt.install("docker-cli", say, cancelled)  # newer Debians have split it off


def start(environment: Mapping[str, str]) -> ProcessId:
    """Start it, without waiting until it answers."""
    _forget_dead_pids()
    note(ENDPOINT, own=True)
    proxies = {name: value for name, value in os.environ.items() if name.lower() in PROXIES}
    log = paths().log(PART)
    return spawn(PART, _command(), {**environment, **proxies}, log=log, cwd=Path("/"))


def leave() -> None:
    """End the lab's own engine, if it has one: daemon, containers, mounts, bridges.

    Nothing happens where the lab uses somebody else's, or none.
    """
    from cloudlab.lab import processes

    ours = [one for one in processes.marked() if processes.part_of(one) == PART]
    if not ours and not _noted().get("own"):
        return
    for daemon in [one for one in ours if processes.command_of(one) == "dockerd"]:
        _kill_containers()
        processes.end(daemon, GRACE_SECONDS)
    processes.stop_all(ours, REST_SECONDS)
    processes.stop_all(_orphans(), REST_SECONDS)
    if engines.answering(ENDPOINT) is None:  # else somebody else's has taken its place
        _unmount()
        _remove_bridges()
    forget()


def note(endpoint: str, *, own: bool) -> None:
    """Write down which engine the lab uses: whatever is killed or lost, `down` must know."""
    write_private(_note(), json.dumps({"endpoint": endpoint, "own": own}))


def endpoint_used() -> str | None:
    """The engine that the lab has used since the last `down`, its own or not."""
    return _noted().get("endpoint")


def forget() -> None:
    """The lab uses none any more."""
    _note().unlink(missing_ok=True)


def _note() -> Path:
    return paths().state / "docker" / "engine.json"


def _noted() -> dict[str, Any]:
    try:
        found = json.loads(_note().read_text())
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _command() -> list[str]:
    """What a container publishes without saying where is published on loopback alone."""
    argv = ["dockerd", "--host", ENDPOINT, "--log-level", "warn", "--ip", "127.0.0.1"]
    option = "bridge=com.docker.network.bridge.host_binding_ipv4=127.0.0.1"
    return [*argv, "--default-network-opt", option] if _version() >= (24,) else argv


def _version() -> tuple[int, ...]:
    """Of the daemon that is installed."""
    done = subprocess.run(["dockerd", "--version"], capture_output=True, text=True, check=False)
    found = re.search(r"version (\d+)\.(\d+)", done.stdout)
    return (int(found[1]), int(found[2])) if found else (0,)


def _stop_init_script() -> None:
    """Without systemd the package may have started a daemon that nobody would ever stop."""
    if engines.answering(ENDPOINT) and not Path("/run/systemd/system").exists():
        subprocess.run(["service", "docker", "stop"], capture_output=True, check=False)


def _forget_dead_pids() -> None:
    """A daemon that was killed left its pid: none would start while anything bears that number.

    Another program may, or the daemon's own remains, which nobody has collected yet.
    """
    for name, file in PIDFILES.items():
        with suppress(OSError, ValueError):
            if not _lives(int(file.read_text()), name):
                file.unlink()


def _lives(pid: int, name: str) -> bool:
    import psutil

    from cloudlab.lab import processes

    try:
        daemon = psutil.Process(pid)
        return daemon.name() == name and processes.running(daemon)
    except psutil.NoSuchProcess:
        return False


def _kill_containers() -> None:
    """They'd be given ten seconds each to end by themselves."""
    with suppress(EngineSilent):
        for one in ask(ENDPOINT, "GET", "/containers/json"):
            with suppress(EngineRefused):
                ask(ENDPOINT, "POST", f"/containers/{one['Id']}/kill")


def _orphans() -> list[psutil.Process]:
    """What runs on in our containers when all that watched over them was killed.

    It bears no mark of ours: it's known by its control group, and the id by our folder.
    """
    import psutil

    try:
        ids = {folder.name for folder in Path(ROOTS[0], "containers").iterdir()}
    except OSError:
        return []
    found = []
    for pid in psutil.pids():
        with suppress(OSError, psutil.NoSuchProcess):
            group = CONTAINER.search(Path(f"/proc/{pid}/cgroup").read_text())
            if group and group[1] in ids:
                found.append(psutil.Process(pid))
    return found


def _unmount() -> None:
    """What a killed daemon left mounted below its folders, innermost first."""
    mounted = [line.split()[1] for line in MOUNTS.read_text().splitlines()]
    for point in reversed(mounted):
        if point.startswith(tuple(f"{root}/" for root in ROOTS)):
            subprocess.run(["umount", "--lazy", point], capture_output=True, check=False)


def _remove_bridges() -> None:
    """A daemon leaves its bridges; the next one makes them anew."""
    if not shutil.which("ip"):
        return
    listed = subprocess.run(["ip", "-o", "link"], capture_output=True, text=True, check=False)
    for name in BRIDGE.findall(listed.stdout):
        subprocess.run(["ip", "link", "delete", name], capture_output=True, check=False)

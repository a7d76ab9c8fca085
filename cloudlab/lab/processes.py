"""Knowing a process again, and stopping it.

A pid alone says little: the system gives it away again. A process of ours is known by its pid
*and* its start time *and* the lab's mark in its environment; by the mark alone it's found when
the state file is lost.
"""

import signal
import time
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import psutil

from cloudlab.lab.paths import paths
from cloudlab.lab.spawning import PART_MARK, STATE_MARK
from cloudlab.lab.state import ProcessId

#: psutil derives a start time from the boot time, which moves a little when the clock is set.
SAME_START_SECONDS = 1.0


def find(identity: ProcessId) -> psutil.Process | None:
    """The living process of that identity; None if it ended, or if the pid is another's now."""
    try:
        process = psutil.Process(identity.pid)
        same = abs(process.create_time() - identity.created) < SAME_START_SECONDS
        return process if same and running(process) and _may_be_ours(process) else None
    except psutil.Error:
        return None


def alive(identity: ProcessId) -> bool:
    """Whether that very process runs."""
    return find(identity) is not None


def running(process: psutil.Process) -> bool:
    """Whether it still is that process, and not dead and unreaped."""
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def listens(identities: Iterable[ProcessId], port: int) -> bool:
    """Whether one of the processes, or of their descendants, is who listens on the port."""
    roots = [process for one in identities if (process := find(one))]
    if any(port in _listening(root) for root in roots):
        return True
    family = (child for root in roots for child in _with_descendants(root))
    return any(port in _listening(child) for child in family)


def stop(identities: Iterable[ProcessId], grace: float = 5.0) -> None:
    """End the processes and their descendants: TERM, a wait, KILL."""
    stop_all([process for one in identities if (process := find(one))], grace)


def stop_all(processes: Sequence[psutil.Process], grace: float = 5.0) -> None:
    """The same for processes at hand, but never ourselves or who called us."""
    spared = _self_and_ancestors()
    family = {one.pid: one for process in processes for one in _with_descendants(process)}
    _end([process for pid, process in family.items() if pid not in spared], grace)


def marked(state: Path | None = None) -> list[psutil.Process]:
    """Every living process of this lab, whatever the state file says."""
    mark = str(state or paths().state)
    return [one for one in psutil.process_iter() if _variable(one, STATE_MARK) == mark]


def part_of(process: psutil.Process) -> str | None:
    """The part for which the process was started, by its mark."""
    return _variable(process, PART_MARK)


def command_of(process: psutil.Process) -> str:
    """The name of its program; nothing where it has ended."""
    try:
        return process.name()
    except psutil.Error:
        return ""


def end(process: psutil.Process, grace: float) -> None:
    """End this one alone: it ends its own children, and in its own order."""
    _end([process], grace)


def sweep(running: Mapping[str, float]) -> list[int]:
    """Stop what carries this lab's mark and belongs to no running part; returns the pids.

    `running` maps a part to when it started: what bears its name and is older was left behind by
    an earlier one. What is younger is its own, e.g. a kernel, or a program left in a terminal.
    """
    spared = _self_and_ancestors()
    strays = [
        process for process in marked() if process.pid not in spared and _is_stray(process, running)
    ]
    stop_all(strays)
    return [process.pid for process in strays]


def stop_host(grace: float = 5.0) -> None:
    """End our marked ancestors; a terminal that closes under us must not end us first."""
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    _end(host(), grace)


def host() -> list[psutil.Process]:
    """Our ancestors that belong to this lab, outermost first: we were called in JupyterLab."""
    ancestors = {parent.pid for parent in psutil.Process().parents()}
    found = [process for process in marked() if process.pid in ancestors]
    return sorted(found, key=lambda process: process.create_time())


def _is_stray(process: psutil.Process, running: Mapping[str, float]) -> bool:
    """Whether no running part of its name accounts for it."""
    began = running.get(_variable(process, PART_MARK) or "")
    try:
        return began is None or process.create_time() < began - SAME_START_SECONDS
    except psutil.NoSuchProcess:
        return False


def _listening(process: psutil.Process) -> set[int]:
    """The TCP ports on which the process listens."""
    try:
        connections = process.net_connections(kind="tcp")
    except psutil.Error:
        return set()
    return {one.laddr.port for one in connections if one.status == psutil.CONN_LISTEN}


def _may_be_ours(process: psutil.Process) -> bool:
    """Whether it carries this lab's mark; for a moment after its birth it shows no environment."""
    environment = process.environ()
    return not environment or environment.get(STATE_MARK) == str(paths().state)


def _variable(process: psutil.Process, name: str) -> str | None:
    """A variable of the environment that the process was started with, as far as we may look."""
    try:
        if process.status() == psutil.STATUS_ZOMBIE:
            return None
        return process.environ().get(name)
    except (psutil.Error, OSError):
        return None


def _self_and_ancestors() -> set[int]:
    """Us and who called us."""
    ours = psutil.Process()
    return {ours.pid, *(parent.pid for parent in ours.parents())}


def _with_descendants(process: psutil.Process) -> list[psutil.Process]:
    """The process and all that it started."""
    try:
        return [process, *process.children(recursive=True)]
    except psutil.NoSuchProcess:
        return []


def _end(processes: Sequence[psutil.Process], grace: float) -> None:
    """TERM, a wait, KILL."""
    _signal(processes, signal.SIGTERM)
    left = _wait(processes, grace)
    _signal(left, signal.SIGKILL)
    _wait(left, grace)


def _wait(processes: Sequence[psutil.Process], seconds: float) -> list[psutil.Process]:
    """Wait for them to end; returns those that don't.

    Not psutil's own wait: that one waits for a zombie to be reaped, which may be up to an idle
    init.
    """
    until = time.monotonic() + seconds
    left = [one for one in processes if running(one)]
    while left and time.monotonic() < until:
        time.sleep(0.01)
        left = [one for one in left if running(one)]
    return left


def _signal(processes: Iterable[psutil.Process], what: signal.Signals) -> None:
    """Send it; psutil compares the start time once more before it does."""
    for process in processes:
        try:
            process.send_signal(what)
        except psutil.NoSuchProcess:
            continue

"""Running a long command: its words go to a log, and Ctrl-C ends it with all that it started."""

import os
import signal
import subprocess
import threading
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from cloudlab.lab.errors import Unwritable
from cloudlab.lab.paths import PRIVATE_FILE
from cloudlab.lab.spawning import mark

POLL_SECONDS = 0.2
#: What a command is given to end by itself.
GRACE_SECONDS = 5.0


def run(
    argv: Sequence[str | Path],
    env: Mapping[str, str],
    log: Path,
    cancelled: threading.Event,
    *,
    cwd: Path | None = None,
    tick: Callable[[], None] = lambda: None,
) -> int:
    """Its exit code; `KeyboardInterrupt` when it was ended because `cancelled` was set.

    `tick` is called while it runs. Whatever happens, nothing of it is left when this returns.
    """
    child = _begin(argv, env, log, cwd)
    try:
        while child.poll() is None:
            if cancelled.wait(POLL_SECONDS):
                raise KeyboardInterrupt
            tick()
        return child.returncode
    finally:
        _end(child)


def tail(log: Path, lines: int = 8) -> str:
    """The log's last lines, indented."""
    try:
        said = log.read_text(errors="replace").splitlines()
    except OSError:
        return ""
    return "\n".join(f"  {line}" for line in said[-lines:])


def _begin(
    argv: Sequence[str | Path], env: Mapping[str, str], log: Path, cwd: Path | None
) -> subprocess.Popen[bytes]:
    """Start it in a session of its own, its words appended to the log."""
    try:
        descriptor = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, PRIVATE_FILE)
    except OSError as error:
        raise Unwritable.because(log, error) from error
    try:
        return subprocess.Popen(
            argv,
            env=mark(env, log.stem),
            cwd=cwd,
            stdin=subprocess.DEVNULL,
            stdout=descriptor,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    finally:
        os.close(descriptor)


def _end(child: subprocess.Popen[bytes]) -> None:
    """End the whole session, where it hasn't ended."""
    if child.poll() is not None:
        return
    for how in (signal.SIGTERM, signal.SIGKILL):
        os.killpg(child.pid, how)
        try:
            child.wait(GRACE_SECONDS)
            return
        except subprocess.TimeoutExpired:
            continue

"""Starting a process of the lab: in a session of its own, with the lab's mark.

Apart from `processes`, so that the slowest part is under way before psutil is imported.
"""

import os
import socket
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

from cloudlab.lab.errors import PartFailed, Unwritable
from cloudlab.lab.paths import PRIVATE_FILE, paths
from cloudlab.lab.state import ProcessId

#: The mark in a process's environment: whose it is, and which part of that lab.
STATE_MARK, PART_MARK = "CLOUDLAB_STATE", "CLOUDLAB_PART"
#: The variable that holds the number of the socket handed over.
LISTENER = "LAB_LISTENER"

#: Held so that Python doesn't complain of a child left running: outliving us is its purpose.
_children: list[subprocess.Popen[bytes]] = []


def spawn(
    name: str,
    argv: Sequence[str],
    env: Mapping[str, str],
    *,
    log: Path,
    cwd: Path | None = None,
    listener: socket.socket | None = None,
) -> ProcessId:
    """Start a process that neither the learner's Ctrl-C nor a closed terminal reaches.

    It's handed the `listener`, where there is one, by the number in LAB_LISTENER.
    """
    marked = mark(env, name)
    handed = [listener.fileno()] if listener else []
    if listener:
        marked[LISTENER] = str(listener.fileno())
    try:
        descriptor = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, PRIVATE_FILE)
    except OSError as error:
        raise Unwritable.because(log, error) from error
    try:
        child = subprocess.Popen(
            argv,
            env=marked,
            cwd=cwd or paths().state,
            stdin=subprocess.DEVNULL,
            stdout=descriptor,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            pass_fds=handed,
        )
    except OSError as error:
        raise PartFailed(
            f"{name}: can't run {argv[0]}: {error.strerror}", "mend the environment: make lab-up"
        ) from error
    finally:
        os.close(descriptor)
    _children.append(child)
    return _identity(child)


def mark(env: Mapping[str, str], name: str) -> dict[str, str]:
    """The environment with the lab's mark: what is left of a killed command is found by it."""
    return {**env, STATE_MARK: str(paths().state), PART_MARK: name}


def _identity(child: subprocess.Popen[bytes]) -> ProcessId:
    """The child's identity; it can't have been reaped, so its number is still its own."""
    import psutil

    return ProcessId(pid=child.pid, created=psutil.Process(child.pid).create_time())

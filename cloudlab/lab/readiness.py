"""Whether a part answers."""

import socket
import time
from urllib.parse import urlsplit

from cloudlab.lab.ports import HOST
from cloudlab.lab.state import PartState


def runs(part: PartState) -> bool:
    """Whether all its processes and containers run (true of a part that has none of its own)."""
    from cloudlab.lab import processes  # psutil, after the first part is under way

    if not all(processes.alive(one) for one in part.processes):
        return False
    if not part.containers:
        return True
    from cloudlab.lab.engine import docker

    return not docker.ended(part.containers)


def ready(part: PartState, timeout: float = 1.0) -> bool:
    """Whether it runs and answers within the timeout (seconds), and not another in its place.

    Another lab that started at the same moment may have taken the port: it would answer, too.
    """
    return runs(part) and _responds(part, timeout)


def _responds(part: PartState, timeout: float) -> bool:
    """`ready`, of a part that is known to run."""
    if part.endpoint is None and part.port is None:
        return True  # nothing to ask: it's ready once it was started
    if part.health is None:
        return _takes_connection(part.endpoint or "", timeout)
    if part.port is None:
        return part.endpoint is not None and _answers(part.endpoint, part.health, timeout)
    if not _answers(f"http://{HOST}:{part.port}", part.health, timeout):
        return False
    return not part.processes or _is_itself(part, part.port)


def wait(part: PartState, seconds: float) -> bool:
    """Whether it answers within so many seconds; gives up at once when its process ends."""
    until = time.monotonic() + seconds
    while runs(part):
        if _responds(part, seconds):
            return True
        if time.monotonic() > until:
            return False
        time.sleep(0.1)
    return False


def condition(part: PartState) -> str:
    """ready; failed: never became so; stopped: its process ended; silent: runs, doesn't answer.

    starting: `up` is still at it; where that `up` was killed, the next one finishes its work.
    """
    if part.failure:
        return "failed"
    if not runs(part):
        return "stopped"
    if part.ready_seconds is None:
        return "starting"
    return "ready" if _responds(part, 3.0) else "silent"


def _is_itself(part: PartState, port: int) -> bool:
    """Whether the part's own process is who listens."""
    from cloudlab.lab import processes

    return processes.listens(part.processes, port)


def _answers(endpoint: str, path: str, timeout: float) -> bool:
    """Whether a GET gives a reply that isn't an error of the server.

    The status line is all that we want: http.client takes longer to import than this to run.
    """
    host = urlsplit(endpoint).netloc or "localhost"
    try:
        with connected(endpoint, timeout) as connection:
            connection.sendall(f"GET {path} HTTP/1.0\r\nHost: {host}\r\n\r\n".encode())
            line = connection.recv(64).split()
    except OSError:
        return False
    return len(line) > 1 and line[0].startswith(b"HTTP/") and b"200" <= line[1] < b"500"


def _takes_connection(endpoint: str, timeout: float) -> bool:
    """Whether a connection to the endpoint is taken."""
    try:
        with connected(endpoint, timeout):
            return True
    except OSError:
        return False


def connected(endpoint: str, timeout: float) -> socket.socket:
    """A connection to http://…, tcp://… or unix:///…"""
    address = urlsplit(endpoint)
    if address.scheme == "unix":
        connection = socket.socket(socket.AF_UNIX)
        try:
            connection.settimeout(timeout)
            connection.connect(address.path)
        except OSError:
            connection.close()
            raise
        return connection
    port = address.port or (443 if address.scheme == "https" else 80)
    return socket.create_connection((address.hostname or "", port), timeout=timeout)

"""Free ports on 127.0.0.1."""

import errno
import socket
from collections.abc import Container

from cloudlab.lab.errors import PortTaken

HOST = "127.0.0.1"
#: How far to look past the preferred port.
SPAN = 200
BACKLOG = 128


def is_free(port: int) -> bool:
    """Whether nothing listens there and we may.

    Connecting comes first: where another listens on all addresses, some systems would still let
    us bind 127.0.0.1 and then deliver its clients to us.
    """
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.settimeout(0.2)
        if probe.connect_ex((HOST, port)) == 0:
            return False
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError as error:
            if error.errno in (errno.EADDRINUSE, errno.EACCES):
                return False
            raise
    return True


def listen(port: int) -> socket.socket:
    """A socket that listens there, for a server that is handed its listener."""
    server = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    try:
        server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        server.bind((HOST, port))
        server.listen(BACKLOG)
    except OSError as error:
        server.close()
        raise PortTaken(f"port {port} has just been taken", "cloudlab up") from error
    return server


def any_free() -> int:
    """A port that the system says is free, for what only the lab itself calls."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


def choose(preferred: int, reserved: Container[int] = ()) -> int:
    """The preferred port when it's free, else the next free one."""
    for port in range(preferred, min(preferred + SPAN, 65536)):
        if port not in reserved and is_free(port):
            return port
    raise PortTaken(
        f"no free port from {preferred} to {preferred + SPAN - 1}",
        "stop what listens there (ss -ltnp shows it), then try again",
    )

"""Finding the container engine of this machine: Docker's or Podman's, wherever its socket is.

Only engines of this machine count: what runs on another one publishes its ports there, and a cell
must reach nothing that isn't the lab's.
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from cloudlab.lab.engine.api import EngineSilent, ask
from cloudlab.lab.environment import no_engine
from cloudlab.lab.paths import paths

#: Where an engine listens that was installed for the whole machine, and its older name.
SYSTEM_SOCKET = "/var/run/docker.sock"
LOOPBACK = ("127.0.0.1", "localhost", "::1")
#: Seconds in which an engine says what it is: Docker Desktop wakes up for a moment first.
ANSWER_SECONDS = 3.0


@dataclass(frozen=True)
class Engine:
    """An engine that answers."""

    endpoint: str
    version: str
    backend: str
    """ "Docker Engine" or "Podman"."""


def find(
    say: Callable[[str], None] = lambda text: None, environ: Mapping[str, str] | None = None
) -> Engine | None:
    """The first engine that answers: DOCKER_HOST, Docker's context, then the usual sockets.

    What the learner chose and can't be used is said aloud.
    """
    environ = os.environ if environ is None else environ
    for what, endpoint in [*_chosen(environ), *_usual(environ)]:
        if not is_here(endpoint):
            say(f"{what} ({endpoint}) is another machine: only engines of this one are used")
        elif engine := answering(endpoint):
            return engine
        elif what != "socket":
            say(f"{what} ({endpoint}) doesn't answer")
    return None


def answering(endpoint: str) -> Engine | None:
    """What answers at the endpoint, if anything."""
    try:
        told = ask(endpoint, "GET", "/version", seconds=ANSWER_SECONDS)
    except EngineSilent:
        return None
    names = {str(part.get("Name")) for part in told.get("Components") or ()}
    backend = "Podman" if "Podman Engine" in names else "Docker Engine"
    return Engine(endpoint, str(told.get("Version", "?")), backend)


def is_here(endpoint: str) -> bool:
    """Whether the endpoint is on this machine: a socket, or a port of loopback."""
    address = urlsplit(endpoint)
    return address.scheme == "unix" or (
        address.scheme in ("tcp", "http") and address.hostname in LOOPBACK
    )


def chosen(environ: Mapping[str, str] | None = None) -> bool:
    """Whether the learner named an engine: no other one is installed in its place."""
    return any(True for _ in _chosen(os.environ if environ is None else environ))


def forbidden(environ: Mapping[str, str] | None = None) -> str | None:
    """A socket that is there and that this user may not open."""
    environ = os.environ if environ is None else environ
    for _, endpoint in _usual(environ):
        path = Path(urlsplit(endpoint).path)
        if _exists(path) and not os.access(path, os.R_OK | os.W_OK):
            return str(path)
    return None


def _chosen(environ: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """DOCKER_HOST, else Docker's context; what a lab itself set counts as nothing chosen."""
    host = environ.get("DOCKER_HOST", "")
    if host and host != no_engine():
        yield "DOCKER_HOST", host
        return
    name = environ.get("DOCKER_CONTEXT") or _current_context(environ)
    if name != "default" and (endpoint := _endpoint_of(name, environ)):
        yield f"Docker's context {name}", endpoint


def _usual(environ: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """The sockets of Docker Engine, Docker Desktop, OrbStack, Colima, Rancher Desktop, Podman."""
    home = Path(environ.get("HOME") or Path.home())
    runtime = Path(environ.get("XDG_RUNTIME_DIR") or f"/run/user/{os.geteuid()}")
    sockets: list[str | Path] = [
        SYSTEM_SOCKET,
        home / ".docker/run/docker.sock",
        home / ".docker/desktop/docker.sock",
        home / ".orbstack/run/docker.sock",
        home / ".colima/default/docker.sock",
        home / ".rd/docker.sock",
        runtime / "docker.sock",
        runtime / "podman/podman.sock",
        home / ".local/share/containers/podman/machine/podman.sock",
        "/run/podman/podman.sock",
    ]
    yield from (("socket", f"unix://{one}") for one in sockets if _exists(Path(one)))


def _exists(path: Path) -> bool:
    """Whether it's there; a folder that we may not look into holds nothing for us."""
    try:
        return path.exists()
    except PermissionError:
        return False


def _docker_folder(environ: Mapping[str, str]) -> Path:
    """The learner's own configuration of Docker, even from within the lab."""
    named = environ.get("DOCKER_CONFIG")
    home = Path(environ.get("HOME") or Path.home())
    return Path(named) if named and Path(named) != paths().state / "docker" else home / ".docker"


def _current_context(environ: Mapping[str, str]) -> str:
    """The context that `docker context use` chose."""
    try:
        known = json.loads((_docker_folder(environ) / "config.json").read_text())
        return str(known.get("currentContext") or "default")
    except (OSError, ValueError, AttributeError):
        return "default"


def _endpoint_of(context: str, environ: Mapping[str, str]) -> str | None:
    """The context's address, from the file in which Docker keeps it."""
    digest = hashlib.sha256(context.encode()).hexdigest()
    file = _docker_folder(environ) / "contexts" / "meta" / digest / "meta.json"
    try:
        return str(json.loads(file.read_text())["Endpoints"]["docker"]["Host"])
    except (OSError, ValueError, KeyError, TypeError):
        return None


def advice() -> str:
    """How to get an engine on this machine, in one line."""
    if socket := forbidden():
        return (
            f"you may not open {socket}: `sudo usermod -aG docker $USER`, log in again, "
            "then `cloudlab up`"
        )
    if sys.platform == "darwin":
        return "start (or install) Docker Desktop, OrbStack, Colima or Podman, then `cloudlab up`"
    return (
        "start Docker or Podman, or install one (Debian, Ubuntu: `sudo apt install docker.io`), "
        "then `cloudlab up`"
    )

"""The application: its files, and a stack of it that runs in a project of its own."""

from __future__ import annotations

import os
import ssl
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml

from cloudlab.authoring import application
from cloudlab.lab.engine import engines, own_engine

APP = application.sources()
QUICK = 30

NODE = "fetch(process.argv[1]).then(async a => console.log(a.status, await a.text()))"
PYTHON = """
import sys, urllib.error, urllib.request
try:
    answer = urllib.request.urlopen(sys.argv[1])
except urllib.error.HTTPError as error:
    answer = error
print(answer.status, answer.read().decode())
"""
#: Service → the command that prints what is answered at a path.
ASKING: dict[str, Callable[[str], list[str]]] = {
    "web": lambda path: ["node", "-e", NODE, f"http://127.0.0.1:3000{path}"],
    "api": lambda path: ["wget", "-q", "-O", "-", f"http://127.0.0.1:8080{path}"],
    "discovery": lambda path: ["wget", "-q", "-O", "-", f"http://127.0.0.1:8080{path}"],
    "worker": lambda path: ["python", "-c", PYTHON, f"http://127.0.0.1:9000{path}"],
}


@pytest.fixture(scope="session")
def app() -> Path:
    """The application's folder, as it stands in the repository."""
    return APP


@pytest.fixture(scope="session")
def compose() -> dict[str, Any]:
    """compose.yaml, read."""
    loaded: dict[str, Any] = yaml.safe_load((APP / "compose.yaml").read_text())
    return loaded


class Stack(application.Stack):
    """A running application; services are told by name, containers by `docker compose`."""

    def docker(self, *words: str) -> str:
        """What `docker WORDS` prints."""
        return self.run("docker", *words, limit=QUICK).strip()

    def container(self, service: str) -> str:
        """The id of the first container of a service."""
        return self.compose("ps", "--all", "--quiet", service).split()[0]

    def client(self) -> httpx.Client:
        """Talks to nginx, and trusts the certificate that `prepare.py` made, and no other."""
        trusted = ssl.create_default_context(cafile=self.folder / "ssl" / "certificate.pem")
        address = f"https://127.0.0.1:{self.environment['TLS_PORT']}"
        return httpx.Client(base_url=address, verify=trusted, timeout=15)

    def discovery(self) -> httpx.Client:
        """Talks to the discovery service."""
        return httpx.Client(base_url=f"http://127.0.0.1:{self.environment['DISCOVERY_PORT']}")

    def asked_inside(self, service: str, path: str) -> str:
        """What a service answers on its own port, asked in its own container with what is there."""
        return self.compose("exec", "-T", service, *ASKING[service](path))

    def redis(self, *words: str) -> str:
        """What `redis-cli WORDS` prints."""
        return self.compose("exec", "-T", "redis", "redis-cli", *words).strip()

    def logs(self, *services: str) -> list[str]:
        """The lines that these services logged."""
        return self.compose("logs", "--no-log-prefix", "--no-color", *services).splitlines()


def until(holds: Callable[[], Any], seconds: float = 30) -> Any:
    """What `holds` returns as soon as that is true; fails when it isn't by then."""
    end = time.monotonic() + seconds
    while not (found := holds()):
        assert time.monotonic() < end, f"not within {seconds} s"
        time.sleep(0.1)
    return found


@pytest.fixture(scope="session")
def wait_until() -> Callable[..., Any]:
    """`until`, for test modules."""
    return until


@pytest.fixture(scope="session")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """The environment of a lab whose engine and images are there."""
    if not (engines.find() or own_engine.possible()):
        pytest.skip(f"no container engine answers: {engines.advice()}")
    from cloudlab.authoring.own_lab import own_lab
    from cloudlab.lab.environment import safe_environment
    from cloudlab.lab.state import load_state

    outside = dict(os.environ)
    with own_lab("containers"):
        inside = dict(os.environ)
        environment = safe_environment(os.environ, load_state())
        become(outside)  # this lab stays up till the session ends: other tests have theirs
        yield environment
        become(inside)


def become(variables: dict[str, str]) -> None:
    """Let `os.environ` be these."""
    os.environ.clear()
    os.environ.update(variables)


@pytest.fixture(scope="session")
def stack(engine: dict[str, str]) -> Iterator[Stack]:
    """The application from nothing to healthy; nothing of it is left at the end."""
    with Stack.own({**engine, "EXPIRY": "3s"}, prefix="apptest") as stack:
        stack.build()
        stack.up()
        yield stack
        stack.down()
        stack.docker("rmi", *map(stack.tag, application.BUILT))

"""A Docker client that can reach nothing but the lab's engine, and never waits long."""

from __future__ import annotations

import os
from functools import cache
from typing import Any
from urllib.parse import urlsplit

from cloudlab.lab.aws import is_loopback
from cloudlab.lab.environment import no_engine
from cloudlab.lab.errors import ForeignEndpoint, Unreachable
from cloudlab.lab.state import load_state

#: The part that doesn't answer when the engine doesn't.
PART = "containers"
#: Seconds for an answer; removing an image may take longer.
QUICK, PATIENT = 10, 120


def docker_host() -> str:
    """Where the engine is: DOCKER_HOST, else the lab's state, else a socket that isn't there."""
    variables = load_state().variables
    return os.environ.get("DOCKER_HOST") or variables.get("DOCKER_HOST") or no_engine()


def client(*, patient: bool = False) -> Any:
    """A `docker.DockerClient` for the lab's engine; the same one for the same address.

    Raises `Unreachable`, here and at every call, when nothing answers, and `ForeignEndpoint` for
    an address outside this machine.
    """
    return _client(guarded(docker_host()), PATIENT if patient else QUICK)


def guarded(host: str) -> str:
    """The address, or a `ForeignEndpoint`: a socket or a port of this machine, no other."""
    scheme = urlsplit(host).scheme
    if scheme == "unix" or (scheme in ("tcp", "http", "https") and is_loopback(host)):
        return host
    raise ForeignEndpoint(
        f"{host} is not an engine of this machine: nothing was sent",
        "run connect(…) first, or start the lab: cloudlab up",
    )


@cache
def _client(host: str, timeout: int) -> Any:
    import docker
    from requests.exceptions import RequestException

    class Engine(docker.APIClient):  # type: ignore[misc]
        """Says in the lab's own words that nobody answers."""

        def send(self, *args: Any, **kwargs: Any) -> Any:
            try:
                return super().send(*args, **kwargs)
            except RequestException as error:
                raise Unreachable.part(PART) from error

    class Client(docker.DockerClient):  # type: ignore[misc]
        def __init__(self) -> None:
            try:
                self.api = Engine(base_url=host, version="auto", timeout=timeout)
            except docker.errors.DockerException as error:  # it wraps whatever went wrong
                raise Unreachable.part(PART) from error
            self.api.trust_env = False  # no proxy stands between us and this machine

    return Client()

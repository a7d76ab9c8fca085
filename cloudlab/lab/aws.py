"""boto3 clients that can reach nothing but the lab."""

from __future__ import annotations

import ipaddress
import os
from functools import cache, lru_cache
from threading import Lock
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from cloudlab.lab.environment import FAKE_KEY, NOWHERE, REGION
from cloudlab.lab.errors import ForeignEndpoint
from cloudlab.lab.one_look import take_part
from cloudlab.lab.state import load_state

if TYPE_CHECKING:
    from boto3.session import Session

#: botocore's settings that would read the learner's own: (name in a file, variables, default, …).
_NOTHING: tuple[None, list[str], None, None] = (None, [], None, None)
_session_lock = Lock()


def aws_endpoint() -> str:
    """Where AWS is: AWS_ENDPOINT_URL, else the lab's state, else an address that is dead."""
    return os.environ.get("AWS_ENDPOINT_URL") or load_state().aws_endpoint or NOWHERE


def client(service: str, *, endpoint: str | None = None) -> Any:
    """A client for the service, e.g. "ec2"; the same one for the same endpoint.

    It never waits long (1 s for a connection, 10 s for an answer, tried twice at most), and an
    address outside this machine is refused unless LAB_AWS=external asks for it.
    """
    return _client(service, guarded(endpoint or aws_endpoint()))


def guarded(endpoint: str) -> str:
    """The endpoint, or a `ForeignEndpoint`."""
    if is_loopback(endpoint) or os.environ.get("LAB_AWS") == "external":
        return endpoint
    raise ForeignEndpoint(
        f"{endpoint} is not on this machine: nothing was sent",
        'run connect(…) first, or set LAB_AWS=external if you mean it',
    )  # fmt: skip


def is_loopback(endpoint: str) -> bool:
    """Whether the address can only be this machine; a name other than localhost can be anything."""
    host = urlsplit(endpoint).hostname or ""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def part_down(error: BaseException) -> str | None:
    """The part that doesn't answer, if that is what the error says; None for any other error.

    A dead endpoint is a connection error; a dead backend behind it is the gateway's own.
    """
    from botocore.exceptions import ClientError, ConnectionError, HTTPClientError

    from cloudlab.lab.parts.gateway import PART_DOWN_HEADER

    if isinstance(error, ConnectionError | HTTPClientError):
        return "aws-endpoint"
    if isinstance(error, ClientError):
        headers = error.response.get("ResponseMetadata", {}).get("HTTPHeaders", {})
        part = headers.get(PART_DOWN_HEADER.lower())
        return str(part) if part else None
    return None


@cache
def _client(service: str, endpoint: str) -> Any:
    from botocore.config import Config

    config = Config(
        connect_timeout=1,
        read_timeout=10,
        retries={"total_max_attempts": 2, "mode": "standard"},
        proxies={},
        s3={"addressing_style": "path"},
        max_pool_connections=32,
    )
    with _session_lock:  # a session must not make two clients at once
        made = _session().client(service, endpoint_url=endpoint, config=config)  # type: ignore[call-overload]
    take_part(made)
    return made


@lru_cache(maxsize=1)
def _session() -> Session:
    """A session that reads no profile, no file and no variable of the learner's."""
    import boto3
    import botocore.session

    core = botocore.session.Session(
        session_vars={
            "profile": _NOTHING,
            "config_file": (None, [], os.devnull, None),
            "credentials_file": (None, [], os.devnull, None),
            "ca_bundle": _NOTHING,
        }
    )
    return boto3.session.Session(
        aws_access_key_id=FAKE_KEY,
        aws_secret_access_key=FAKE_KEY,
        region_name=REGION,
        botocore_session=core,
    )

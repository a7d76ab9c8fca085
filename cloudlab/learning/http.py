"""Asking a server of this machine, as a check does: briefly, and no other machine."""

from __future__ import annotations

from typing import Any, NamedTuple

from cloudlab.lab.aws import is_loopback
from cloudlab.lab.errors import ForeignEndpoint


class Answer(NamedTuple):
    """An answer; the headers' names are in small letters."""

    status: int
    headers: dict[str, str]
    text: str


def ask(url: str, method: str = "GET", *, json: Any = None, timeout: float = 2.0) -> Answer | None:
    """The answer, or None: refused, cut off, or nothing within `timeout` (seconds).

    A certificate isn't verified: on this machine it is the lab's own. Redirections aren't followed.
    Raises `ForeignEndpoint` for another machine.
    """
    import httpx

    if not is_loopback(url):
        raise ForeignEndpoint(f"{url} is not on this machine", "ask a port that the lab publishes")
    try:
        with httpx.Client(verify=False, trust_env=False, timeout=timeout) as client:
            answer = client.request(method, url, json=json)
    except (httpx.HTTPError, httpx.InvalidURL):
        return None
    return Answer(answer.status_code, dict(answer.headers), answer.text)

"""Talking to a container engine: a call of its HTTP API, over its socket.

No command is needed for it, and nothing heavy is imported: `up` asks an engine at each call.
"""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote

from cloudlab.lab.errors import LabError
from cloudlab.lab.readiness import connected

#: Seconds that a question may take.
QUICK = 5.0


class EngineSilent(LabError):
    """Nothing answers there, or not as an engine does."""


class EngineRefused(LabError):
    """The engine answered no."""


def ask(endpoint: str, method: str, path: str, *, seconds: float = QUICK) -> Any:
    """What the engine answers, read as JSON; None where it answers with nothing.

    `path` has no version: the engine then takes it as its own newest.
    """
    import http.client  # slow to import, and most commands ask no engine

    try:
        with connected(endpoint, seconds) as socket:
            connection = http.client.HTTPConnection("localhost")
            connection.sock = socket
            connection.request(method, path)
            reply = connection.getresponse()
            body = reply.read()
    except (OSError, http.client.HTTPException) as error:
        raise EngineSilent(
            f"the container engine at {endpoint} doesn't answer: {error or type(error).__name__}",
            "cloudlab up",
        ) from error
    return _read(body, reply.status, f"{method} {path}")


def labelled(label: str) -> str:
    """The query that asks for what carries the label."""
    return "filters=" + quote(json.dumps({"label": [label]}))


def _read(body: bytes, status: int, what: str) -> Any:
    """The answer's content; raises what it says where it's a refusal."""
    try:
        told = json.loads(body) if body.strip() else None
    except ValueError as error:
        raise EngineSilent(f"{what}: the answer is no engine's", "cloudlab up") from error
    if status >= 400:
        said = told.get("message") if isinstance(told, dict) else None
        raise EngineRefused(f"{what}: {said or status}", "cloudlab doctor")
    return told

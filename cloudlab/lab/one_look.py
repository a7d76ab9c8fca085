"""One look at AWS: what is asked twice while it lasts is asked once.

A check reads the network, and then what of it is left: half of its questions are the same. And
its sentence should speak of one moment, not of two.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

#: Operations that only tell, and tell it whole: no body that can be read but once.
TELLING = ("Describe", "List")
#: Where a question waits in botocore's context for its answer.
ASKED = "cloudlab_asked"

_answers: dict[str, tuple[Any, Any]] | None = None


@contextmanager
def one_look() -> Iterator[None]:
    """While it lasts, all clients share their answers; what one reader changes in one, all see.

    Another kind of call may change what is there: after it all is asked anew.
    """
    global _answers
    before, _answers = _answers, {}
    try:
        yield
    finally:
        _answers = before


def take_part(client: Any) -> None:
    """Let a new client remember while somebody looks."""
    client.meta.events.register("before-call", _recall)
    client.meta.events.register("after-call", _remember)


def _recall(model: Any, params: dict[str, Any], context: dict[str, Any], **_: Any) -> Any:
    """botocore sends nothing where this returns something: the response, raw and parsed."""
    known = _answers
    if known is None:
        return None
    if not model.name.startswith(TELLING):
        known.clear()
        return None
    context[ASKED] = repr((model.name, params["url"], params["body"]))
    return known.get(context[ASKED])


def _remember(http_response: Any, parsed: Any, context: dict[str, Any], **_: Any) -> None:
    known = _answers
    if known is not None and ASKED in context:
        known[context[ASKED]] = http_response, parsed

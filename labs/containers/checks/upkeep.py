"""Upkeep: something broke, was mended, and somebody can say why."""

from __future__ import annotations

from cloudlab.learning.checks import check
from cloudlab.learning.outcomes import Outcome, not_attempted, not_yet, passed
from cloudlab.learning.view import LabView

from .engine import containers
from .facts import API_SECONDS

OK = 200
MENDS = (
    *("docker compose up", "docker compose start", "docker compose restart"),
    *("docker compose unpause", "docker start", "docker restart", "docker unpause"),
    "docker network connect",
)
#: What a customer needs, and what it's called.
WAYS = {"the front page": "/", "the counted texts": "/api/ready"}


@check("containers.outage")
def outage(lab: LabView) -> Outcome:
    """A text is counted again, and you can say what broke."""
    if lab.outage is None:
        return not_attempted('draw an outage with outage("containers").')
    broken = _broken(lab)
    answer = lab.answers("containers.outage").get("cause")
    if broken and answer is None and not _tried_to_mend(lab):
        return not_attempted(f"{broken}. Find out why, and mend it.")
    if broken:
        return not_yet(
            "still-broken",
            seen=f"It's still broken: {broken}.",
            expected="every service running, and answers at the door.",
            look="`docker compose ps -a`, then the logs of whoever looks odd.",
        )
    if answer is None:
        return not_yet(
            "no-cause",
            seen="A text is counted again.",
            expected='answer("containers.outage", cause="…"), so that the next one is found '
            "sooner.",
            look="the post-mortem: what changed when the pager rang?",
        )
    if answer != lab.outage:
        return not_yet(
            "other-cause",
            seen=f"A text is counted again, but {answer!r} isn't what broke.",
            expected="the cause.",
            look="the post-mortem: which container changed first, and how?",
        )
    return passed("A text is counted again, and you named the cause.")


def _tried_to_mend(lab: LabView) -> bool:
    """Whether a command that changes something has been run since the pager rang."""
    last = (lab.last(command) for command in MENDS)
    return any(one.started > (lab.outage_started or 0.0) for one in last if one)


def _broken(lab: LabView) -> str:
    """What still stops a customer, in words; empty where nothing does."""
    for name, path in WAYS.items():
        answer = lab.http(f"https://127.0.0.1:{lab.ports['TLS_PORT']}{path}", timeout=API_SECONDS)
        if answer is None or answer.status != OK:
            return f"{name} can't be had"
    idle = [one.service for one in containers(lab) if one.service == "worker" and one.running]
    return "" if idle else "texts are taken, and nobody counts them"

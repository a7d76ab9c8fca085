"""Health: what a probe says of a page, and what the engine makes of it."""

from __future__ import annotations

from typing import Any

from cloudlab.learning.checks import check
from cloudlab.learning.outcomes import Outcome, not_attempted, not_yet, passed, settling
from cloudlab.learning.view import LabView

from .engine import Container, of_service, seconds
from .facts import standings

SERVICE = "health"
STOPPED = "T"
PROBES_THAT_CONVINCE = 3
MISSING = "not found"


@check("containers.health")
def health(lab: LabView) -> Outcome:
    """The container is healthy while its page answers, and unhealthy once the page hangs."""
    found = of_service(lab, SERVICE)
    if not found:
        return not_attempted("build the image with its probe, and run it as containers-health.")
    container = found[-1]
    if not container.running:
        return not_yet(
            "not-running",
            seen="The container of the probe isn't running.",
            expected="a container that runs on, whatever its probe says.",
            look="`docker logs containers-health`",
        )
    if not container.details["Config"].get("Healthcheck"):
        return not_yet(
            "no-probe",
            seen="The image has no HEALTHCHECK: nobody asks how the page is.",
            expected="a probe in the image.",
            look="`docker ps`, the column STATUS.",
        )
    return _was_never_healthy(lab, container) or _after_the_hang(lab, container)


def _states(lab: LabView, container: Container) -> list[str]:
    """The health of this one container, as it was seen since `connect`."""
    seen = (one for o in lab.observations for one in standings(o.facts))
    return [one.health for one in seen if container.id.startswith(one.id)]


def _log(container: Container) -> list[dict[str, Any]]:
    """The last probes: when each began, how it ended, what it said."""
    log: list[dict[str, Any]] = container.details["State"]["Health"]["Log"] or []
    return log


def _was_never_healthy(lab: LabView, container: Container) -> Outcome | None:
    if "healthy" in _states(lab, container):
        return None
    failed = [probe for probe in _log(container) if probe["ExitCode"]]
    if not failed:
        return settling("the first probes are under way")
    if MISSING in failed[-1]["Output"] or failed[-1]["ExitCode"] == 127:
        return not_yet(
            "no-program",
            seen="The page answers, and each probe fails: the program that it calls is not in "
            "this image.",
            expected="a probe made of what the image has.",
            look="the last words of the probe: `docker inspect containers-health`, under Health.",
        )
    return not_yet(
        "never-healthy",
        seen="The page answers, and each probe fails: it asks where the page isn't.",
        expected="a probe that asks the page, from inside the container.",
        look="on which port does the page listen in there?",
    )


def _after_the_hang(lab: LabView, container: Container) -> Outcome:
    states = _states(lab, container)
    if "unhealthy" in states[states.index("healthy") :]:
        return passed(
            "Healthy while the page answered, unhealthy once it hung; the engine wrote it down "
            "and left the container as it was.",
            shows="nothing" if not container.details["RestartCount"] else "restarts",
        )
    if not _hangs(container):
        return not_attempted("it's healthy. Now let the page hang, with the cell below.")
    if _good_probes_since(lab, container) < PROBES_THAT_CONVINCE:
        return settling("the page hangs, and the next probes are under way")
    return not_yet(
        "never-unhealthy",
        seen="The page hangs, and the probe says that all is well: it doesn't ask the page.",
        expected="a probe that fails when the page gives no answer.",
        look="what would a customer do to find out whether the page is up?",
    )


def _hangs(container: Container) -> bool:
    """Whether its first process is stopped (Linux tells the state after the name)."""
    told = container.run("cat", "/proc/1/stat") or ""
    return told.rpartition(")")[2].split()[:1] == [STOPPED]


def _good_probes_since(lab: LabView, container: Container) -> int:
    """How many probes began after the page was stopped, and found it well."""
    stopped = lab.last("docker kill")
    since = stopped.ended if stopped else 0.0
    good = [probe for probe in _log(container) if not probe["ExitCode"]]
    return sum(seconds(probe["Start"]) > since for probe in good)

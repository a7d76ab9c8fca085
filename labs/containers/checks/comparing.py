"""Comparing: containers with virtual machines, and who does what when you rent more or less."""

from __future__ import annotations

from typing import Any

from cloudlab.learning.checks import check
from cloudlab.learning.outcomes import Outcome, not_attempted, not_yet, passed
from cloudlab.learning.view import LabView

from .engine import Container, running

#: A number that a kernel draws once, when it starts.
BOOT = "/proc/sys/kernel/random/boot_id"
STILL_WRITTEN = {"aws_db_instance", "aws_lb"}
NO_LINE = {"aws_route_table", "aws_security_group", "aws_launch_template", "aws_autoscaling_group"}
FIRST = "paas"


@check("containers.machines")
def machines(lab: LabView) -> Outcome:
    """You can say how many kernels run under two containers, as the containers show it."""
    left, right = running(lab, "left"), running(lab, "right")
    if left is None or right is None:
        return not_attempted("run the two containers, containers-left and containers-right.")
    kernels = len({_boot(left), _boot(right)})
    given = lab.answers("containers.machines").get("kernels")
    if given is None:
        return not_attempted("ask both which start of a kernel they run on, and answer.")
    if given != kernels:
        return not_yet(
            "kernels",
            seen=f"You answered {given!r}, and the two containers show something else.",
            expected="how many different kernels they run on.",
            look=f"`cat {BOOT}` in each: the number is drawn once, when a kernel starts.",
        )
    return passed(
        f"Two containers, two systems of files, {kernels} kernel: the one of the machine below.",
        shows="nothing",
    )


def _boot(container: Container) -> str:
    return (container.run("cat", BOOT) or "").strip()


@check("containers.services")
def services(lab: LabView) -> Outcome:
    """You can say what you no longer write, who patches the database, and where that changes."""
    given = lab.answers("containers.services")
    if set(given) < {"written", "patches", "first"}:
        return not_attempted("three answers: written, patches, first.")
    return (
        _written(given)
        or _patches(given)
        or passed(
            "compose.yaml still names a database and a way in; routes, groups, templates and "
            "scaling are gone from your files. You patch it all yourself, until you rent a "
            "platform.",
            shows="no-platform",
        )
    )


def _written(given: dict[str, Any]) -> Outcome | None:
    written = given["written"]
    named = {written} if isinstance(written, str) else set(written)
    too_many, too_few = sorted(named - STILL_WRITTEN), STILL_WRITTEN - named
    if too_many:
        return not_yet(
            "too-many",
            seen=f"You say that compose.yaml still holds {', '.join(too_many)}.",
            expected="those of the six whose work a line of compose.yaml does.",
            look="search compose.yaml for the line that does the work of each.",
        )
    if too_few:
        return not_yet(
            "too-few",
            seen=f"{len(too_few)} of the six {'is' if len(too_few) == 1 else 'are'} still in "
            "compose.yaml, and missing from your answer.",
            expected="those of the six whose work a line of compose.yaml does.",
            look="which service keeps the rows, and which one do customers call?",
        )
    return None


def _patches(given: dict[str, Any]) -> Outcome | None:
    if given["patches"] != "you":
        return not_yet(
            "patches",
            seen="You say that somebody else patches the database of compose.yaml.",
            expected="whoever changes the line with the database's image.",
            look="who would notice that this version is out of date?",
        )
    if given["first"] != FIRST:
        return not_yet(
            "first",
            seen=f"You say that your machines are first patched by somebody else at "
            f"{given['first']!r}.",
            expected='the first of "iaas", "compose", "paas", "saas" at which you have no machine.',
            look="at each: is there a machine on which you could log in?",
        )
    return None

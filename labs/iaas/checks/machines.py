"""Machines: replaced when they die, and as many as are wanted."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

from cloudlab.learning.checks import check
from cloudlab.learning.outcomes import Outcome, not_attempted, not_yet, passed, settling
from cloudlab.learning.record import Observation
from cloudlab.learning.view import LabView


def group_history(lab: LabView) -> list[dict[str, Any]]:
    """The successive states of the section's one Auto Scaling group: servers (ids) and desired."""
    return [groups[0] for groups in lab.history("group") if groups]


@check("iaas.heal")
def heal(lab: LabView) -> Outcome:
    """A web server dies and the group replaces it: a new id, the same count."""
    history = group_history(lab)
    if not history or not lab.network.scaling_groups:
        return not_attempted("bring autoscaling.tf and apply it: there is no group yet.")
    problem = _detached(lab, history)
    if problem:
        return problem
    now = history[-1]
    if len(now["servers"]) < now["desired"]:
        return settling("the group is starting a server in the place of the one that went")
    if _replaced(history):
        return passed(
            "A server is gone for good, and a new server with a new id stands in its place: as "
            "many as before.",
            shows="new",
        )
    if any(was["desired"] > now["desired"] for was in history):
        return not_yet(
            "fewer",
            seen="The group was told to want fewer servers, so it replaced none.",
            expected="a server that dies while the group still wants as many.",
            look="the group's desired capacity.",
        )
    return not_attempted("the same servers as before: no id has changed. Make one of them die.")


def _replaced(history: list[dict[str, Any]]) -> bool:
    """Whether servers changed while the number that is wanted stood still, and was met again."""
    for before, after in pairwise(history):
        lost = set(before["servers"]) - set(after["servers"])
        if lost and before["desired"] == after["desired"]:
            return True
    return False


def _detached(lab: LabView, history: list[dict[str, Any]]) -> Outcome | None:
    """A server that left the group alive was replaced in it, and runs on outside it."""
    now = set(history[-1]["servers"])
    left = sorted({s for was in history for s in was["servers"]} - now)
    running = {instance.id for instance in lab.network.instances if instance.state == "running"}
    if not running & set(left):
        return None
    return not_yet(
        "detached",
        seen="A server left the group, and runs on outside it.",
        expected="a server that is terminated.",
        look="which machines run, and which of them belong to the group?",
    )


@check("iaas.scale")
def scale(lab: LabView) -> Outcome:
    """The alarm adds a server, and the next apply leaves it there."""
    history = group_history(lab)
    if not history or not lab.network.scaling_groups:
        return not_attempted("bring autoscaling.tf and apply it: there is no group yet.")
    busy = lab.when(lambda facts: "ALARM" in facts.get("alarms", {}).values())
    if busy is None:
        return not_attempted("let the servers be busy: run the cell that reports the load.")
    return _after_the_alarm(lab, busy)


def _after_the_alarm(lab: LabView, busy: float) -> Outcome:
    """What became of the number of servers once the alarm had rung (seconds since the epoch)."""
    seen = [o for o in lab.observations if o.facts.get("group")]
    rises = [
        after
        for before, after in pairwise(seen)
        if after.at >= busy
        and _wanted(after) > _wanted(before)
        and not lab.caused_by(after, "terraform apply")
    ]
    if not rises:
        return not_attempted("carry out what the alarm asks for: one server more.")
    risen, now = rises[-1], _wanted(seen[-1])
    if now < _wanted(risen):
        return not_yet(
            "apply-undid",
            seen=f"The alarm made it {_wanted(risen)}, and the next apply made it {now} again.",
            expected=f"{_wanted(risen)}, after an apply too.",
            look="who decides how many servers there are: the file, or the alarm?",
        )
    applied = lab.last("terraform apply", succeeded=True)
    if applied is None or applied.started < risen.at:
        return not_yet(
            "not-tried",
            seen=f"The alarm made it {_wanted(risen)}, and nothing was applied since.",
            expected="an apply that leaves the number alone.",
            look="apply once more, then check.",
        )
    return passed(
        "The alarm added a server, and after the next apply it is still there.", shows="fight"
    )


def _wanted(observation: Observation) -> int:
    return int(observation.facts["group"][0]["desired"])

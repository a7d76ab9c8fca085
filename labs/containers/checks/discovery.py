"""Discovery: which instances of a service are there, as the registry itself lists them."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from cloudlab.learning.checks import check
from cloudlab.learning.outcomes import Outcome, not_attempted, not_yet, passed, settling
from cloudlab.learning.record import Observation
from cloudlab.learning.view import LabView

Registry = list["Instance"]

EXAMPLE = "page"  # the notebook registers one under this name


@dataclass(frozen=True)
class Instance:
    """One instance of a service, and whether it has given a sign of life in time."""

    name: str
    id: str
    alive: bool

    @classmethod
    def read(cls, line: str) -> Instance:
        """From the story's line."""
        name, id_, life = line.split()
        return cls(name, id_, life == "alive")

    def __str__(self) -> str:
        return f"{self.name} {self.id} {'alive' if self.alive else 'silent'}"


def registered(lab: LabView) -> Registry | None:
    """What the discovery service lists, silent instances too; None where it doesn't answer."""
    answer = lab.http(f"http://127.0.0.1:{lab.ports['DISCOVERY_PORT']}/services")
    if answer is None or answer.status != 200:
        return None
    listed: list[dict[str, Any]] = json.loads(answer.text)
    return [Instance(one["name"], one["id"], one["health"]) for one in listed]


@check("containers.discovery")
def discovery(lab: LabView) -> Outcome:
    """Two instances of one name are registered, and the one that falls silent is found out."""
    now = registered(lab)
    if now is None:
        return not_attempted("start the discovery service: it doesn't answer.")
    story = [*_told_by_this_one(lab), [one for one in now if one.name != EXAMPLE]]
    ever = {(one.name, one.id) for then in story for one in then}
    if not ever:
        return not_attempted("register two instances of shop.")
    if any(_one_fell_silent(then) for then in story):
        return passed(
            "Two instances of one name were registered; one gave signs of life and is alive, the "
            "other fell silent and is no longer handed out.",
            shows="silent",
        )
    names = {name for name, _ in ever}
    if len(ever) < 2:
        return _one_alone()
    if len(names) == len(ever):
        return not_yet(
            "two-names",
            seen="Two instances are registered, each under a name of its own: nobody who asks "
            "for one finds the other.",
            expected="one name, and two instances of it.",
            look="what does a caller know beforehand: the name, or the address?",
        )
    return _nobody_fell_silent(story[-1], ever)


def _told_by_this_one(lab: LabView) -> list[Registry]:
    """What was listed since this registry was started: one that starts anew has forgotten all.

    Empty where the lab has no engine: then nobody watches.
    """
    looks = [(_started(look), look.facts.get("registry") or ()) for look in lab.observations]
    told = [[Instance.read(line) for line in lines] for at, lines in looks if at == looks[-1][0]]
    return [[one for one in then if one.name != EXAMPLE] for then in told]


def _started(look: Observation) -> str:
    """The registry's container at that moment, as the story has it."""
    lines: list[str] = look.facts.get("containers") or []
    return next((line for line in lines if line.startswith("discovery ")), "")


def _one_fell_silent(then: Registry) -> bool:
    alive = {one.name for one in then if one.alive}
    return any(not one.alive and one.name in alive for one in then)


def _one_alone() -> Outcome:
    return not_yet(
        "one-instance",
        seen="One instance is known. An address is an identity: who registers it again is no "
        "second one.",
        expected="two instances of one name, at two addresses.",
        look="host and port of both.",
    )


def _nobody_fell_silent(now: Registry, ever: set[tuple[str, str]]) -> Outcome:
    if ever - {(one.name, one.id) for one in now}:
        return not_yet(
            "deregistered",
            seen="An instance was taken out by a call. One that crashes makes no such call.",
            expected="an instance that falls silent, and is found out.",
            look="what happens to an instance that gives no sign of life?",
        )
    if all(one.alive for one in now):
        return settling("all instances are alive", "one must fall silent for longer than EXPIRY.")
    return not_yet(
        "all-silent",
        seen="All instances have fallen silent: to register once isn't enough.",
        expected="one that gives signs of life, and one that doesn't.",
        look="the heartbeat, again and again, of the one that lives.",
    )

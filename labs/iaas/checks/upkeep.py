"""Upkeep: the cloud and its files kept the same, an outage mended, and all of it taken down."""

from __future__ import annotations

from cloudlab.learning.checks import check
from cloudlab.learning.outcomes import Outcome, not_attempted, not_yet, passed
from cloudlab.learning.view import LabView

from .facts import ROGUE_PORT
from .routes import living_nats

#: Facts that speak of what one pays for by the hour.
COSTLY = ("group", "load balancers", "databases")


@check("iaas.drift")
def drift(lab: LabView) -> Outcome:
    """The rule that no file knows is gone from the cloud, and every other rule still stands."""
    history: list[list[str]] = lab.history("rules")
    rogue = {rule for rules in history for rule in rules if f" {ROGUE_PORT} from" in rule}
    if not rogue:
        return not_attempted("run the cell in which the colleague opens a port.")
    if rogue & set(history[-1]):
        return _still_open(lab)
    before = next(rules for rules in history if rogue & set(rules))
    lost = set(before) - rogue - set(history[-1])
    if lost:
        return not_yet(
            "more-gone",
            seen="The colleague's rule is gone, and another rule went with it.",
            expected="the rules that the files describe.",
            look="what would terraform plan add?",
        )
    return passed(
        "The rule that no file knows is gone; the rules that the files describe stand.",
        shows="apply",
    )


def _still_open(lab: LabView) -> Outcome:
    last = (
        lab.last("terraform apply") or lab.last("terraform plan") or lab.last("terraform refresh")
    )
    if last is None:
        return not_attempted("the colleague's rule is open. Take it out, by the files.")
    refreshed = "-refresh-only" in last.line
    return not_yet(
        "refresh-only" if refreshed else "still-open",
        seen="The colleague's rule still stands: "
        + (
            "a refresh writes down what is there, and changes nothing in the cloud."
            if refreshed
            else "a plan only looks."
        ),
        expected="a cloud that is as the files say.",
        look="which command makes the cloud like the files?",
    )


@check("iaas.outage")
def outage(lab: LabView) -> Outcome:
    """The shop answers again, and you can say what broke."""
    if lab.outage is None:
        return not_attempted('draw an outage with outage("iaas").')
    broken = _broken(lab)
    answer = lab.answers("iaas.outage").get("cause")
    if broken and answer is None and lab.last("terraform") is None:
        return not_attempted(f"the shop is down: {broken}. Find out why, and mend it.")
    if broken:
        return not_yet(
            "still-broken",
            seen=f"The shop is still down: {broken}.",
            expected="the world reaches the servers, and they the database.",
            look="trace both ways, and read the line with the cross.",
        )
    if answer is None:
        return not_yet(
            "no-cause",
            seen="The shop answers again.",
            expected='answer("iaas.outage", cause="…"), so that the next one is found sooner.',
            look="the post-mortem: what changed when the pager rang?",
        )
    if answer != lab.outage:
        return not_yet(
            "other-cause",
            seen=f"The shop answers again, but {answer!r} isn't what broke.",
            expected="the cause.",
            look="the post-mortem: what changed when the pager rang?",
        )
    return passed("The shop answers again, and you named the cause.")


def _broken(lab: LabView) -> str:
    """What still stops a customer, in words; empty where nothing does."""
    for source, target in (("internet", "web:80"), ("web", "database"), ("web", "internet:443")):
        walk = lab.trace(source, target)
        if not walk.reached and not (target == "internet:443" and not living_nats(lab.network)):
            return f"{source} doesn't reach {target}"
    groups = lab.network.scaling_groups
    if any(group.desired < 2 or len(group.instances) < group.desired for group in groups):
        return "there are too few servers"
    return "" if groups else "there are no servers"


@check("iaas.destroy")
def destroy(lab: LabView) -> Outcome:
    """All that this section made is gone from the cloud, not only from Terraform's memory."""
    left = lab.leftovers()
    stood = any(any(seen.facts.values()) for seen in lab.observations)
    if not left:
        return (
            passed("Nothing that this section made is left.", shows="gone")
            if stood
            else not_attempted("there is nothing to take down yet: build it first.")
        )
    remembered = (lab.work / "terraform.tfstate").is_file()
    if remembered and not _began_to_take_down(lab):
        return not_attempted("all of it still runs, and would cost. Take it down.")
    count = sum(len(ids) for ids in left.values())
    if not remembered:
        return not_yet(
            "state-removed",
            seen=f"Terraform has lost its memory, and {count} things are still there: the cloud "
            "has not forgotten them.",
            expected="nothing left in the cloud.",
            look="put the state file back: only it knows what belongs to you.",
        )
    return not_yet(
        "partly",
        seen=f"{count} things are still there, such as: {', '.join(sorted(left)[:3])}.",
        expected="nothing left in the cloud.",
        look="terraform state list names what Terraform still has.",
    )


def _began_to_take_down(lab: LabView) -> bool:
    """Whether it was tried, or something that costs went: the servers, their door, their data."""
    now = lab.observations[-1].facts
    return (
        lab.last("terraform destroy") is not None
        or any(group["desired"] == 0 for group in now["group"])
        or any(seen.facts[kind] and not now[kind] for seen in lab.observations for kind in COSTLY)
    )

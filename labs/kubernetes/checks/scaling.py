"""The autoscaler: more pods under load, and nobody who takes its number away."""

from __future__ import annotations

from typing import Any

from cloudlab.learning.checks import check
from cloudlab.learning.outcomes import Outcome, not_attempted, not_yet, passed
from cloudlab.learning.record import Observation
from cloudlab.learning.view import LabView

from .cluster import WEB, Object, cluster, condition, container
from .facts import workload_in

APPLY = "kubectl apply"
#: Why the autoscaler adds pods, in the words of its event.
LOADED = "above target"


@check("kubernetes.hpa")
def hpa(lab: LabView) -> Outcome:
    """Under load the autoscaler adds pods of web, and the next apply leaves them."""
    now = cluster(lab)
    web = now.one("deployments", WEB)
    scalers = [one for one in now.all("horizontalpodautoscalers") if _targets_web(one)]
    if web is None or not scalers:
        return not_attempted("bring hpa.yaml and apply it, and run the cells down to here.")
    grown = _grown(lab)
    if grown is None:
        return _why_not(web, scalers[0])
    if _undone(lab, grown):
        return not_yet(
            "apply-undid",
            seen="The autoscaler added pods, and the next apply set the number back.",
            expected="one owner of that number: the autoscaler.",
            look="which line of web.yaml names a number of pods?",
        )
    if not _applied_since(lab, grown):
        return not_yet(
            "not-tried",
            seen="The autoscaler added pods, and nothing was applied after that.",
            expected="an apply of web.yaml while they are there.",
            look="run the colleague's cell, then check.",
        )
    return passed(
        "Under load the autoscaler added pods, and an apply of web.yaml left them where they are.",
        shows="fight",
    )


def _targets_web(scaler: Object) -> bool:
    target = scaler["spec"]["scaleTargetRef"]
    return (target["kind"], target["name"]) == ("Deployment", WEB)


def _why_not(web: Object, scaler: Object) -> Outcome:
    """What kept the number where it was."""
    requests = (container(web).get("resources") or {}).get("requests") or {}
    limits = (container(web).get("resources") or {}).get("limits") or {}
    if "cpu" not in requests and "cpu" not in limits:
        return not_yet(
            "no-request",
            seen="The autoscaler can't tell how busy the pods are: they ask for no CPU, and 70 % "
            "of nothing is no number.",
            expected="a request of CPU in the pod template.",
            look="`kubectl describe hpa web -n shop`: its conditions.",
        )
    if condition(scaler, "ScalingActive").get("status") != "True":
        return not_attempted("the autoscaler has no measurements yet: wait, then put on the load.")
    if scaler["spec"].get("minReplicas", 1) > 2:
        return not_yet(
            "raised-minimum",
            seen="There are more pods because the least number was raised: no load moved it.",
            expected="pods that come with the load, above a minimum of two.",
            look="minReplicas in hpa.yaml: what do you pay for at night?",
        )
    return not_attempted("run the cells with the load: the autoscaler has added nothing yet.")


def _wants(facts: dict[str, Any]) -> int:
    """How many pods the Deployment was told to have; 0 where there is none."""
    found = workload_in(facts, WEB)
    return found.wants if found else 0


def _grown(lab: LabView) -> Observation | None:
    """The first look at which the autoscaler had said that it adds pods because of the load."""
    before = set(lab.baseline("steps") or ())
    for seen in lab.observations:
        if any(LOADED in line for line in seen.facts.get("steps", []) if line not in before):
            return seen
    return None


def _undone(lab: LabView, grown: Observation) -> bool:
    """Whether an apply set the number below what the autoscaler wanted at the look before."""
    before = grown
    for seen in lab.observations:
        if seen.at <= grown.at:
            continue
        fell = _wants(seen.facts) < _wants(before.facts)
        if fell and lab.caused_by(seen, APPLY):
            return True
        before = seen
    return False


def _applied_since(lab: LabView, grown: Observation) -> bool:
    last = lab.last(APPLY, succeeded=True)
    return last is not None and last.started > grown.at

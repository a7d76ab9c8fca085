"""A release that can't finish: taken back, all of it, while customers notice nothing."""

from __future__ import annotations

from cloudlab.learning.checks import check
from cloudlab.learning.outcomes import Outcome, not_attempted, not_yet, passed, settling
from cloudlab.learning.record import Observation
from cloudlab.learning.view import LabView

from .cluster import WEB, Cluster, Object, asks_in_vain, cluster, ready
from .facts import workload_in

#: The ConfigMap that release 2 changes as well, and what it held before.
CONFIG, KEY, BEFORE = "app-config", "max-connections", "100"


@check("kubernetes.rollout")
def rollout(lab: LabView) -> Outcome:
    """Release 2 is taken back whole, and at no moment fewer than three pods of web were ready."""
    now = cluster(lab)
    web, stuck = now.one("deployments", WEB), _stuck(lab)
    if stuck is None:
        return not_attempted("bring release-2.yaml and apply it, as the colleague did.")
    if web is None or workload_in(stuck.facts, WEB) is None:
        return _interrupted("The Deployment is gone, and its pods with it.")
    if not _without_break(lab, stuck):
        return _interrupted("For a while there were fewer pods of web than customers need.")
    return _still_stuck(now, web, stuck) or _config_problem(now) or _settled(now, web) or _passed()


def _passed() -> Outcome:
    return passed(
        "The template is one that finds a node again, app-config holds what it held before, and "
        "three pods of web were ready all the time.",
        shows="all",
    )


def _stuck(lab: LabView) -> Observation | None:
    """The look at which web's template last began to ask in vain; None where it never did.

    Of the template, not of its pods: these come a moment later, and may be missed.
    """
    began, asked = None, False
    for seen in lab.observations:
        asks = WEB in seen.facts.get("no node for", [])
        if asks and not asked:
            began = seen
        asked = asks
    return began


def _without_break(lab: LabView, stuck: Observation) -> bool:
    """Whether it's the same Deployment as then, and had enough ready pods ever since."""
    before = workload_in(stuck.facts, WEB)
    now = workload_in(lab.observations[-1].facts, WEB)
    assert before is not None, "the caller has seen it"
    assert now is not None, "the caller has seen it"
    return (before.uid, before.steady_since) == (now.uid, now.steady_since)


def _still_stuck(now: Cluster, web: Object, stuck: Observation) -> Outcome | None:
    """Whether the newest template still asks for a node that doesn't exist."""
    if not asks_in_vain(now, web):
        return None
    before = workload_in(stuck.facts, WEB)
    assert before is not None, "the caller has seen it"
    if before.generation == web["metadata"]["generation"]:
        return not_attempted("release 2 still hangs. Take it back.")
    return not_yet(
        "still-hangs",
        seen="Web's template still asks for a node that this cluster doesn't have.",
        expected="the template that ran before.",
        look="`kubectl rollout history deployment/web -n shop`",
    )


def _interrupted(what: str) -> Outcome:
    return not_yet(
        "interrupted",
        seen=f"{what} Customers saw errors.",
        expected="three ready pods at every moment.",
        look="the old pods were all there while release 2 hung. What took them away?",
    )


def _config_problem(now: Cluster) -> Outcome | None:
    config = now.one("configmaps", CONFIG) or {}
    if (config.get("data") or {}).get(KEY) == BEFORE:
        return None
    return not_yet(
        "config-stays",
        seen="The template is the old one again, and app-config still holds what release 2 wrote.",
        expected="the ConfigMap as it was, too.",
        look="what does kubectl rollout undo keep a history of?",
    )


def _settled(now: Cluster, web: Object) -> Outcome | None:
    pods = now.pods_of(WEB)
    if len(pods) == web["spec"]["replicas"] and all(map(ready, pods)):
        return None
    return settling("the pod that waited isn't gone yet")

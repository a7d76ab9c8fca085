"""A release that can't finish: taken back, all of it, while customers notice nothing."""

from __future__ import annotations

from cloudlab.learning.checks import check
from cloudlab.learning.outcomes import Outcome, not_attempted, not_yet, passed, settling
from cloudlab.learning.record import Observation
from cloudlab.learning.view import LabView

from .cluster import WEB, Cluster, Object, cluster, ending, matches, owner, ready
from .facts import pods_in, workload_in

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
    """The look at which a pod of web last began to wait for a node; None where none ever did."""
    began, waited = None, False
    for seen in lab.observations:
        waits = any(p.workload == WEB and p.state == "waiting" for p in pods_in(seen.facts))
        if waits and not waited:
            began = seen
        waited = waits
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
    chosen = web["spec"]["template"]["spec"].get("nodeSelector") or {}
    nodes = now.all("nodes")
    if not chosen or any(matches(chosen, node["metadata"].get("labels")) for node in nodes):
        return None
    known = {pod.owner for pod in pods_in(stuck.facts)}
    new = {f"ReplicaSet {owner(p)[1]}" for p in now.all("pods") if not ending(p)} - known
    of_web = {one for one in new if one.startswith(f"ReplicaSet {WEB}-")}
    if not of_web:
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

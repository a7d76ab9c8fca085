"""Pods: replaced when they die, and asked how they are."""

from __future__ import annotations

from cloudlab.learning.checks import check
from cloudlab.learning.outcomes import Outcome, not_attempted, not_yet, passed, settling
from cloudlab.learning.view import LabView

from .cluster import WEB, Object, cluster, container, ready, uid_of
from .facts import BETWEEN, NOBODY, new_lines, pods_in, pods_seen, workload_in

AWAY = "python database.py away"


@check("kubernetes.heal")
def heal(lab: LabView) -> Outcome:
    """A pod of web dies and its Deployment replaces it: a new UID, and as many as before."""
    web = cluster(lab).one("deployments", WEB)
    if web is None:
        return not_attempted("bring web.yaml and apply it: there is no Deployment yet.")
    if _another(lab, web):
        return not_yet(
            "another-deployment",
            seen="The Deployment is another one than before: you took it away and made it again.",
            expected="a pod that dies while its Deployment stays.",
            look="what kind of thing did you delete?",
        )
    dead = _dead(lab, web)
    now = [pod for pod in cluster(lab).pods_of(WEB) if ready(pod)]
    if len(now) < web["spec"]["replicas"]:
        return settling("a pod of web isn't ready yet")
    if dead:
        return passed(
            "A pod is gone for good. A new one, with a UID of its own, stands in its place: its "
            "owner is a ReplicaSet, whose owner is the Deployment.",
            shows="new",
        )
    return _told(lab, web) or _lone(lab) or _untouched()


def _untouched() -> Outcome:
    return not_attempted("the same pods as before: no UID is new. Make one die.")


def _another(lab: LabView, web: Object) -> bool:
    """Whether the Deployment itself is another one than before."""
    known = [found for seen in lab.observations if (found := workload_in(seen.facts, WEB))]
    return bool(known) and known[0].uid != uid_of(web)


def _dead(lab: LabView, web: Object) -> set[str]:
    """UIDs of pods that stood when all was done, and went while nothing else was asked for."""
    generation = web["metadata"]["generation"]
    stood: set[str] = set()
    for seen in lab.observations:
        found = workload_in(seen.facts, WEB)
        if found and found.generation == generation and found.state == "done":
            pods = [pod for pod in pods_in(seen.facts) if pod.workload == WEB]
            stood |= {pod.uid for pod in pods if pod.state == "ready"}
    return stood - {uid_of(pod) for pod in cluster(lab).pods_of(WEB)}


def _told(lab: LabView, web: Object) -> Outcome | None:
    """Whether the Deployment was changed: pods that went because of that didn't die."""
    before = workload_in(lab.observations[0].facts, WEB)
    if before is None or before.generation == web["metadata"]["generation"]:
        return None
    return not_yet(
        "told",
        seen="The Deployment took pods away because it was told to: to have fewer, or other ones.",
        expected="a pod that dies while the Deployment wants as many as before.",
        look="the events of the Deployment: which of them did you cause?",
    )


def _lone(lab: LabView) -> Outcome | None:
    """A pod that no ReplicaSet owned came, and went."""
    names = [line.split(BETWEEN)[0] for line in new_lines(lab, "placed")]
    looks = [pod for seen in lab.observations for pod in pods_in(seen.facts)]
    owned = {pod.name for pod in looks if pod.owner != NOBODY}
    lone = {name for name in names if name not in owned}
    standing = {pod["metadata"]["name"] for pod in cluster(lab).all("pods")}
    if not lone:
        return None
    return not_yet(
        "lone-pod",
        seen="A pod that nobody owns "
        + ("stands there." if lone & standing else "died, and nobody replaced it."),
        expected="one of the Deployment's pods that dies.",
        look="the ownerReferences of the pod: who would miss it?",
    )


@check("kubernetes.probes")
def probes(lab: LabView) -> Outcome:
    """While the database is away no pod of web gets requests, and none is started again."""
    web = cluster(lab).one("deployments", WEB)
    if web is None or not container(web).get("readinessProbe", container(web).get("livenessProbe")):
        return not_attempted("give the container in web.yaml its probes, and apply it.")
    if lab.last(AWAY) is None:
        return not_attempted("run the cell in which the database goes away.")
    if _restarted(lab):
        return not_yet(
            "restarted",
            seen="While the database was away, pods of web were started again: a liveness probe "
            "asked for something that no restart can mend.",
            expected="a liveness probe that asks the program about itself alone.",
            look="the path that each of the two probes asks for.",
        )
    if not _left(lab):
        return not_yet(
            "still-served",
            seen="The database was away, and pods of web still got requests.",
            expected="pods that aren't ready while they can't serve.",
            look="which probe decides who gets requests, and what does it ask?",
        )
    return passed(
        "While the database was away no pod was ready, the Service sent nothing, and not one pod "
        "was started again.",
        shows="leaves",
    )


def _restarted(lab: LabView) -> bool:
    """Whether a pod's count of restarts rose between two looks."""
    counts: dict[str, int] = {}
    for pod in (pod for look in pods_seen(lab, WEB) for pod in look):
        if pod.restarts > counts.setdefault(pod.uid, pod.restarts):
            return True
    return False


def _left(lab: LabView) -> bool:
    """Whether there was a moment with running pods, and none of them ready."""
    looks = [[p for p in look if p.state in ("ready", "not ready")] for look in pods_seen(lab, WEB)]
    after = lab.last(AWAY)
    assert after is not None, "the caller has asked"
    return any(
        look and all(pod.state == "not ready" for pod in look)
        for look, seen in zip(looks, lab.observations, strict=True)
        if seen.at >= after.started
    )

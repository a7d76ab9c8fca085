"""Where pods stand: found a place, and moved from one when a node is emptied."""

from __future__ import annotations

from cloudlab.learning.checks import check
from cloudlab.learning.outcomes import Outcome, not_attempted, not_yet, passed, settling
from cloudlab.learning.view import LabView

from .cluster import WEB, Cluster, Object, cluster, condition, container, ready
from .facts import pods_in, pods_seen

APPLY = "kubectl apply"
REPORTS = "reports"
LACKING = "cpu"


@check("kubernetes.scheduling")
def scheduling(lab: LabView) -> Outcome:
    """Both pods of reports have found a node, still ask for CPU, and you say what was lacking."""
    refused = _refused(lab)
    reports = cluster(lab).one("deployments", REPORTS)
    if refused or reports is None:
        return refused or not_attempted("apply reports.yaml, and see where its pods stand.")
    return _waiting(lab, reports) or _request(reports) or _named(lab) or _placed(lab)


def _placed(lab: LabView) -> Outcome:
    pods = cluster(lab).pods_of(REPORTS)
    if len(pods) < 2 or not all(map(ready, pods)):
        return settling("the pods of reports aren't ready yet")
    return passed(
        "Both pods have a node, and each still says how much CPU it needs. What was lacking "
        "stood in the events: CPU.",
        shows="waits",
    )


def _refused(lab: LabView) -> Outcome | None:
    """A limit below the request isn't taken at all."""
    last = lab.last(APPLY)
    if last is None or last.succeeded or "less than or equal to cpu limit" not in last.tail:
        return None
    return not_yet(
        "refused-limit",
        seen="The API server refused it: the limit is smaller now than the request, and the "
        "request is what needs a place.",
        expected="a request that a node can hold.",
        look="which of the two numbers does the scheduler add up?",
    )


def _waiting(lab: LabView, reports: Object) -> Outcome | None:
    """Whether a pod of the newest template still has no node."""
    waiting = [
        pod
        for pod in cluster(lab).pods_of(REPORTS)
        if condition(pod, "PodScheduled").get("reason") == "Unschedulable"
    ]
    if not waiting:
        return None
    resources = container(reports).get("resources") or {}
    requests, limits = resources.get("requests", {}), resources.get("limits", {})
    taken = "cpu" in limits and "cpu" not in requests
    return not_yet(
        "limit-is-request" if taken else "waiting",
        seen="Pods of reports still wait for a node: "
        + (
            "with a limit and no request, the limit is taken for the request."
            if taken
            else "no node has as much CPU as each of them asks for."
        ),
        expected="a request that a node can hold.",
        look="`kubectl describe pods -n shop -l app=reports`: what they ask for, and the events.",
    )


def _request(reports: Object) -> Outcome | None:
    if (container(reports).get("resources") or {}).get("requests", {}).get("cpu"):
        return None
    return not_yet(
        "no-request",
        seen="The pods have a node, and ask for nothing: the next node that is full takes them, "
        "too, and they are the first to be thrown out.",
        expected="a request of CPU that says what they need.",
        look="the requests of the container in reports.yaml.",
    )


def _named(lab: LabView) -> Outcome | None:
    given = str(lab.answers("kubernetes.scheduling").get("lacking", "")).strip().lower()
    if given == LACKING:
        return None
    return not_yet(
        "unnamed" if not given else "other-reason",
        seen="Both pods have a node."
        if not given
        else f"Both pods have a node, but {given} wasn't what the nodes lacked.",
        expected='answer("kubernetes.scheduling", lacking="…"), with what was insufficient.',
        look="the message of the event FailedScheduling, in the cell above.",
    )


@check("kubernetes.drain")
def drain(lab: LabView) -> Outcome:
    """A node is emptied of web's pods under a budget that lets one go at a time."""
    now = cluster(lab)
    budgets = [one for one in now.all("poddisruptionbudgets") if _covers_web(now, one)]
    emptied = _emptied(lab)
    if lab.last("kubectl drain") is None and not emptied:
        return not_attempted("write the budget, apply it, and run the cell that empties a node.")
    return (
        _budget_problem(now, budgets, emptied)
        or _bypassed(lab, emptied)
        or _steady(now)
        or passed(
            "A node is empty, its pods of web have successors elsewhere, and the budget let one "
            "go at a time.",
            shows="waits",
        )
    )


def _covers_web(now: Cluster, budget: Object) -> bool:
    chosen = (budget["spec"].get("selector") or {}).get("matchLabels") or {}
    web = now.one("deployments", WEB)
    labels = web["spec"]["template"]["metadata"].get("labels") if web else {}
    return bool(chosen) and chosen.items() <= (labels or {}).items()


def _emptied(lab: LabView) -> set[str]:
    """Nodes that held pods of web when they were closed, are closed still, and hold none."""
    closed = set((lab.history("closed nodes") or [[]])[-1] or ())
    held = {pod.node for look in pods_seen(lab, WEB) for pod in look}
    now = {pod.node for pod in pods_in(lab.observations[-1].facts) if pod.workload == WEB}
    return (closed & held) - now


def _budget_problem(now: Cluster, budgets: list[Object], emptied: set[str]) -> Outcome | None:
    if not budgets:
        found = now.all("poddisruptionbudgets")
        return not_yet(
            "covers-nobody" if found else "no-budget",
            seen="The budget selects no pod of web: it protects nobody."
            if found
            else "A node was emptied, and no budget said how many pods of web may go at once.",
            expected="a budget that selects the pods of web.",
            look="`kubectl get poddisruptionbudgets -n shop`",
        )
    status = budgets[0].get("status") or {}
    if not status.get("expectedPods"):
        return settling("the budget hasn't counted the pods yet")
    if status.get("desiredHealthy", 0) >= status.get("expectedPods", 0):
        return not_yet(
            "none-may-go",
            seen="The budget wants every pod of web to stay: no pod may ever be moved, and the "
            "node can't be emptied.",
            expected="a budget that lets one pod go at a time.",
            look="how many pods are there, and how many does the budget want?",
        )
    if status.get("desiredHealthy", 0) < status.get("expectedPods", 0) - 1:
        return not_yet(
            "too-many-may-go",
            seen="The budget lets more than one pod of web go at the same time.",
            expected="a budget that lets one pod go at a time.",
            look="the column ALLOWED DISRUPTIONS of the budget.",
        )
    return None if emptied else _not_emptied()


def _not_emptied() -> Outcome:
    return not_yet(
        "not-emptied",
        seen="The budget is right, and no node is empty of web's pods.",
        expected="a node that is closed, and holds no pod of web.",
        look="`kubectl get pods -n shop -o wide`, and which node is closed.",
    )


def _bypassed(lab: LabView, emptied: set[str]) -> Outcome | None:
    """Deleting asks no budget."""
    drained = lab.last("kubectl drain", succeeded=True)
    kinds = ("pod", "pods", "po")
    deleted = [one for kind in kinds if (one := lab.last(f"kubectl delete {kind}"))]
    closed = _closed_at(lab, emptied)
    by_hand = any(one.started >= closed for one in deleted)
    if not by_hand and not (drained and "--disable-eviction" in drained.line):
        return None
    return not_yet(
        "bypassed",
        seen="The pods were deleted, and a deletion asks no budget.",
        expected="pods that are evicted: that asks the budget first.",
        look="what does kubectl drain do that kubectl delete doesn't?",
    )


def _closed_at(lab: LabView, nodes: set[str]) -> float:
    """When the nodes were last seen open, before they were closed for good."""
    seen_open = 0.0
    for seen in lab.observations:
        if not nodes & set(seen.facts["closed nodes"]):
            seen_open = seen.at
    return seen_open


def _steady(now: Cluster) -> Outcome | None:
    web = now.one("deployments", WEB)
    pods = [pod for pod in now.pods_of(WEB) if ready(pod)]
    if web is None or len(pods) < web["spec"]["replicas"]:
        return settling("not every pod of web is ready again yet")
    return None

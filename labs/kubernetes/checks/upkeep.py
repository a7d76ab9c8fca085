"""An outage, mended and named."""

from __future__ import annotations

from cloudlab.learning.checks import check
from cloudlab.learning.outcomes import Outcome, not_attempted, not_yet, passed, settling
from cloudlab.learning.view import LabView

from .cluster import DATABASE, WEB, Cluster, cluster, condition, name_of, ready
from .services import listens_at

DATABASE_PORT = 5432
#: Verbs of kubectl that try to mend; to look is no try.
MENDING = (
    "apply",
    "create",
    "delete",
    "edit",
    "label",
    "patch",
    "replace",
    "rollout",
    "scale",
    "set",
)


@check("kubernetes.outage")
def outage(lab: LabView) -> Outcome:
    """Customers reach the shop, the shop its database, and you can say what broke."""
    if lab.outage is None:
        return not_attempted('draw an outage with outage("kubernetes").')
    broken = why_broken(cluster(lab))
    cause = lab.answers("kubernetes.outage").get("cause")
    if broken and cause is None and not _tried(lab):
        return not_attempted(f"the shop is down: {broken}. Find out why, and mend it.")
    if broken and _starting(cluster(lab)):
        return settling(f"{broken} yet")
    if broken:
        return not_yet(
            "still-broken",
            seen=f"The shop is still down: {broken}.",
            expected="ready pods behind both Services, at the ports where they listen.",
            look="the Services, the pods behind them, and the events.",
        )
    if cause is None:
        return not_yet(
            "no-cause",
            seen="The shop answers again.",
            expected='answer("kubernetes.outage", cause="…"), so that the next is found sooner.',
            look="the post-mortem: what changed when the pager rang?",
        )
    if cause != lab.outage:
        return not_yet(
            "other-cause",
            seen=f"The shop answers again, but {cause!r} isn't what broke.",
            expected="the cause.",
            look="the post-mortem: what changed when the pager rang?",
        )
    return passed("The shop answers again, and you named the cause.")


def _tried(lab: LabView) -> bool:
    """Whether anything was changed by a command since the pager rang."""
    last = [lab.last(f"kubectl {verb}") for verb in MENDING]
    return any(one.started > (lab.outage_started or 0) for one in last if one)


def _starting(now: Cluster) -> bool:
    """Whether pods are on their way: on a node, or about to be given one."""
    pods = [*now.pods_of(WEB), *now.pods_of(DATABASE)]
    return any(
        not ready(pod) and condition(pod, "PodScheduled").get("reason") != "Unschedulable"
        for pod in pods
    )


def why_broken(now: Cluster) -> str:
    """What stops a customer, computed from the live objects; empty where nothing does."""
    web = now.one("deployments", WEB)
    if web is None or not any(map(ready, now.pods_of(WEB))):
        return "no pod of web is ready"
    if len(now.pods_of(WEB)) < 2:
        return "web has fewer than two pods"
    if not _led_to(now, WEB, listens_at(web)):
        return "the Service web leads nowhere"
    if not any(map(ready, now.pods_of(DATABASE))):
        return "no pod of postgres is ready"
    if not _led_to(now, DATABASE, DATABASE_PORT):
        return "the Service postgres leads nowhere"
    return ""


def _led_to(now: Cluster, workload: str, port: int) -> bool:
    """Whether the Service of that name leads to a ready pod of the workload, at that port."""
    pods = {name_of(pod) for pod in now.pods_of(workload)}
    return any(
        pod in pods and at == port and is_ready for pod, at, is_ready in now.endpoints(workload)
    )

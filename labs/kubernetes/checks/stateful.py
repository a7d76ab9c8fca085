"""The StatefulSet: names that stay, and disks that outlive their pods."""

from __future__ import annotations

from cloudlab.learning.checks import check
from cloudlab.learning.outcomes import Outcome, not_attempted, not_yet, passed, settling
from cloudlab.learning.view import LabView

from .cluster import DATABASE, Cluster, Object, cluster, matches, ready
from .facts import BETWEEN, pods_seen

WANTED = 3


@check("kubernetes.stateful")
def stateful(lab: LabView) -> Outcome:
    """Three pods of postgres have names of their own, and each has the disk that it had before."""
    now = cluster(lab)
    database = now.one("statefulsets", DATABASE)
    if database is None:
        return not_attempted("apply postgres.yaml: there is no StatefulSet.")
    if (
        max(_counts(lab), default=0) < WANTED
        and now.one("services", database["spec"]["serviceName"]) is None
    ):
        return not_attempted("write the headless Service, and run the cells down to here.")
    return (
        _service_problem(now, database)
        or _at_once(database)
        or _rescaled(lab, now, database)
        or _claims_problem(lab)
        or passed(
            "postgres-0, postgres-1 and postgres-2 came in that order, each can be called by "
            "name, and each came back to the claim that it had.",
            shows="stay",
        )
    )


def _service_problem(now: Cluster, database: Object) -> Outcome | None:
    """Whether the Service that the StatefulSet names gives each pod a name."""
    found = now.one("services", database["spec"]["serviceName"])
    if found is None:
        return not_yet(
            "other-name",
            seen="No Service has the name that the StatefulSet's serviceName says: its pods have "
            "no names that can be looked up.",
            expected="a Service of that very name.",
            look="serviceName in postgres.yaml, and `kubectl get services -n shop`.",
        )
    if found["spec"].get("clusterIP") != "None":
        return not_yet(
            "one-address",
            seen="The Service has an address of its own: whoever calls it gets any of the three.",
            expected="a Service without an address, so that each pod can be called by its name.",
            look="the column CLUSTER-IP of the Service.",
        )
    labels = database["spec"]["template"]["metadata"].get("labels")
    if matches(found["spec"].get("selector") or {}, labels):
        return None
    return not_yet(
        "not-database",
        seen="The Service doesn't select the database's pods.",
        expected="a label of those pods as its selector.",
        look="`kubectl get endpointslices -n shop`: which pods does it list?",
    )


def _at_once(database: Object) -> Outcome | None:
    """Whether the StatefulSet was told to make its pods without waiting for the one before."""
    if database["spec"].get("podManagementPolicy", "OrderedReady") == "OrderedReady":
        return None
    return not_yet(
        "at-once",
        seen="The StatefulSet makes its pods all at once, so the second may start without a first.",
        expected="pods that come in the order of their numbers.",
        look="podManagementPolicy of the StatefulSet: it can't be changed, only made anew.",
    )


def _rescaled(lab: LabView, now: Cluster, database: Object) -> Outcome | None:
    """Whether three pods were there, then fewer, then three again."""
    counts = _counts(lab)
    full = [index for index, count in enumerate(counts) if count == WANTED]
    fell = [index for index, count in enumerate(counts) if count < WANTED and full[:1] < [index]]
    if not full or not fell or database["spec"]["replicas"] != WANTED:
        return not_yet(
            "not-rescaled",
            seen="There weren't three pods of postgres, then fewer, then three again.",
            expected="three pods that were taken away and came back.",
            look="run the cells above one after the other, down to this one.",
        )
    pods = [pod for pod in now.pods_of(DATABASE) if ready(pod)]
    return None if len(pods) == WANTED else settling("a pod of postgres isn't ready yet")


def _counts(lab: LabView) -> list[int]:
    """How many pods of postgres there were at each look, those on their way out left out."""
    looks = pods_seen(lab, DATABASE)
    return [sum(pod.state != "ending" for pod in look) for look in looks]


def _claims_problem(lab: LabView) -> Outcome | None:
    """Whether a claim of the same name is another one than it was: a new, empty disk."""
    first: dict[str, str] = {}
    for claims in lab.history("claims"):
        for name, uid in (line.split(BETWEEN) for line in claims or ()):
            if first.setdefault(name, uid) != uid:
                return not_yet(
                    "new-disk",
                    seen="A pod came back to a claim of the same name that is another one: the "
                    "old disk is gone, and all that was on it.",
                    expected="the same claims before and after.",
                    look="what was deleted: the StatefulSet, or its claims?",
                )
    return None

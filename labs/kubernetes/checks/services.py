"""The Service: who is behind it, and at which port."""

from __future__ import annotations

from cloudlab.learning.checks import check
from cloudlab.learning.outcomes import Outcome, not_attempted, not_yet, passed, settling
from cloudlab.learning.view import LabView

from .cluster import WEB, Cluster, Object, cluster, container, matches, name_of, ready, rolled_out


@check("kubernetes.service")
def service(lab: LabView) -> Outcome:
    """The Service web leads to every ready pod of web, at the port where the program listens."""
    now = cluster(lab)
    web, found = now.one("deployments", WEB), now.one("services", WEB)
    if web is None or found is None:
        return not_attempted("write the Service, and apply it: there is none called web yet.")
    return (
        _selection(now, web, found)
        or _behind(now)
        or _port(now, web)
        or passed(
            "The Service's EndpointSlice lists the ready pods of web and nobody else, at the port "
            "where they listen.",
            shows="labels",
        )
    )


def _selection(now: Cluster, web: Object, found: Object) -> Outcome | None:
    """Whether the selector chooses pods of web at all."""
    selector = found["spec"].get("selector") or {}
    if not selector:
        return not_yet(
            "no-selector",
            seen="The Service selects nothing.",
            expected="a selector with a label of the pods.",
            look="the labels in the pod template of web.yaml.",
        )
    if matches(selector, web["spec"]["template"]["metadata"].get("labels")):
        return None
    if matches(selector, web["metadata"].get("labels")):
        return not_yet(
            "deployment-labels",
            seen="The Service selects a label that the Deployment has and its pods don't: nobody "
            "is behind it.",
            expected="a label of the pods.",
            look="the two places in web.yaml where labels stand. Whose are they?",
        )
    return not_yet(
        "other-labels",
        seen="No pod of web has what the Service selects: nobody is behind it.",
        expected="a label of the pods, key and value.",
        look="`kubectl get pods -n shop --show-labels`",
    )


def _behind(now: Cluster) -> Outcome | None:
    """Whether the EndpointSlice lists the ready pods, and no others."""
    listed = {pod for pod, _, is_ready in now.endpoints(WEB) if is_ready}
    wanted = {name_of(pod) for pod in now.pods_of(WEB) if ready(pod)}
    if not wanted or wanted - listed:
        return settling("not every pod of web is ready and listed yet")
    if listed - wanted:
        return not_yet(
            "others-too",
            seen="The Service leads to pods that aren't web's, too.",
            expected="the pods of web alone.",
            look="which other pods have the label that it selects?",
        )
    return None


def listens_at(web: Object) -> int:
    """The port that the program was told to listen at: its variable PORT."""
    values = {one["name"]: one.get("value", "") for one in container(web).get("env") or ()}
    return int(values.get("PORT") or 0)


def _port(now: Cluster, web: Object) -> Outcome | None:
    ports = {port for _, port, _ in now.endpoints(WEB)}
    if ports == {listens_at(web)}:
        return None
    if not rolled_out(web):  # a port by its name is another one in the old pods
        return settling("the pods of web are being replaced")
    return not_yet(
        "other-port",
        seen="The Service sends to a port at which nobody listens: the program listens where its "
        "variable PORT says, whatever containerPort says.",
        expected="the program's own port as the Service's target.",
        look="the value of PORT in web.yaml.",
    )

"""What the cluster holds that a learner can make, whose it is, and how it's removed.

Namespaces go with all that is in them. Beside them: what belongs to no namespace, and what was
put into `default`. Of a cluster that the learner brought, only namespaces that say that they are
a section's are looked at.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from cloudlab.lab.holdings import Holdings, Inventory, Label, Thing
from cloudlab.lab.kube_client import METADATA, call
from cloudlab.lab.state import load_state

SECTION = "cloudlab.section"
CORE, DEFAULT = "/api/v1", "namespaces/default"
#: Seconds until what was deleted must be gone: a namespace takes its contents with it first.
GONE_SECONDS, POLL_SECONDS = 60.0, 0.2

#: kind → where it's listed, in the order of removal: a webhook may refuse what comes after it.
PATHS: dict[str, str] = {
    "validating webhook": "/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations",
    "mutating webhook": "/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations",
    "autoscaler": f"/apis/autoscaling/v2/{DEFAULT}/horizontalpodautoscalers",
    "deployment": f"/apis/apps/v1/{DEFAULT}/deployments",
    "stateful set": f"/apis/apps/v1/{DEFAULT}/statefulsets",
    "daemon set": f"/apis/apps/v1/{DEFAULT}/daemonsets",
    "replica set": f"/apis/apps/v1/{DEFAULT}/replicasets",
    "cron job": f"/apis/batch/v1/{DEFAULT}/cronjobs",
    "job": f"/apis/batch/v1/{DEFAULT}/jobs",
    "pod": f"{CORE}/{DEFAULT}/pods",
    "ingress": f"/apis/networking.k8s.io/v1/{DEFAULT}/ingresses",
    "network policy": f"/apis/networking.k8s.io/v1/{DEFAULT}/networkpolicies",
    "service": f"{CORE}/{DEFAULT}/services",
    "disruption budget": f"/apis/policy/v1/{DEFAULT}/poddisruptionbudgets",
    "config map": f"{CORE}/{DEFAULT}/configmaps",
    "secret": f"{CORE}/{DEFAULT}/secrets",
    "volume claim": f"{CORE}/{DEFAULT}/persistentvolumeclaims",
    "service account": f"{CORE}/{DEFAULT}/serviceaccounts",
    "role binding": f"/apis/rbac.authorization.k8s.io/v1/{DEFAULT}/rolebindings",
    "role": f"/apis/rbac.authorization.k8s.io/v1/{DEFAULT}/roles",
    "namespace": f"{CORE}/namespaces",
    "custom resource": "/apis/apiextensions.k8s.io/v1/customresourcedefinitions",
    "persistent volume": f"{CORE}/persistentvolumes",
    "ingress class": "/apis/networking.k8s.io/v1/ingressclasses",
    "storage class": "/apis/storage.k8s.io/v1/storageclasses",
    "priority class": "/apis/scheduling.k8s.io/v1/priorityclasses",
    "cluster role binding": "/apis/rbac.authorization.k8s.io/v1/clusterrolebindings",
    "cluster role": "/apis/rbac.authorization.k8s.io/v1/clusterroles",
    "node": f"{CORE}/nodes",
}
#: Kinds that would make anew what is deleted below them.
MAKE_PODS = ("deployment", "stateful set", "daemon set", "replica set", "cron job", "job")
#: A node that was closed to new pods is no thing, but it isn't as it was found either.
CORDONED = "cordoned node"
CORDONED_NODES = f"{CORE}/nodes?fieldSelector=spec.unschedulable%3Dtrue"
KINDS = (CORDONED, *PATHS)


def inventory() -> Inventory:
    """Kind → sorted names, without the kinds of which there is none."""
    found = {kind: sorted(names) for kind, names in _labelled().items()}
    return {kind: names for kind, names in found.items() if names}


def labels(found: Inventory) -> dict[Thing, Label]:
    """The section by its label, and the name."""
    return {
        Thing(kind, name): Label(section, name)
        for kind, names in _labelled().items()
        for name, section in names.items()
        if name in found.get(kind, [])
    }


def brought() -> bool:
    """Whether the cluster is the learner's own."""
    parts = load_state().parts.values()
    return any(one.need == "kubernetes" and one.backend == "external" for one in parts)


def _labelled() -> dict[str, dict[str, str]]:
    """Kind → name → the section that its label tells, "" for none."""
    if brought():
        namespaces = _list(PATHS["namespace"])
        return {"namespace": {name: section for name, section in namespaces.items() if section}}
    paths = {CORDONED: CORDONED_NODES, **PATHS}
    with ThreadPoolExecutor(max_workers=8) as pool:
        return dict(zip(paths, pool.map(_list, paths.values()), strict=True))


def _list(path: str) -> dict[str, str]:
    """Name → section. What another object made (a Deployment its pods) goes with that one."""
    items = call(path, accept=METADATA)["items"] or []  # none at all is null
    return {
        one["metadata"]["name"]: one["metadata"].get("labels", {}).get(SECTION, "")
        for one in items
        if not one["metadata"].get("ownerReferences")
    }


# Removal


def remove(things: list[Thing]) -> dict[Thing, str]:
    """Try each once, then wait until they're gone; those that stay, and why."""
    refused = dict(_refused(things))
    deleted = [one for one in things if one not in refused]
    until = time.monotonic() + GONE_SECONDS
    while (left := _still_there(deleted)) and time.monotonic() < until:
        time.sleep(POLL_SECONDS)
    return {**refused, **{one: _what_holds(one) for one in left}}


def _refused(things: list[Thing]) -> Iterator[tuple[Thing, str]]:
    """Delete each; those that the cluster refuses to let go, and why."""
    from kubernetes.client import ApiException

    for thing in things:
        try:
            _remove_one(thing)
        except ApiException as error:
            if error.status != 404:  # it went with something else
                yield thing, error.reason or str(error.status)


def _remove_one(thing: Thing) -> None:
    if thing.kind == CORDONED:
        open_again = {"spec": {"unschedulable": None}}
        patch = "application/merge-patch+json"
        call(f"{CORE}/nodes/{thing.id}", "PATCH", open_again, content=patch)
        return
    if thing.kind == "namespace":
        _stop_pods(thing.id)
    call(f"{PATHS[thing.kind]}/{thing.id}", "DELETE", {"propagationPolicy": "Background"})


def _stop_pods(namespace: str) -> None:
    """End a namespace's pods at once: it would wait half of their 30 seconds of grace."""
    for kind in (*MAKE_PODS, "pod"):
        path = PATHS[kind].replace(DEFAULT, f"namespaces/{namespace}")
        call(path, "DELETE", {"propagationPolicy": "Background", "gracePeriodSeconds": 0})


def _still_there(things: list[Thing]) -> list[Thing]:
    """Those of them that are still listed."""
    kinds = {one.kind for one in things}
    paths = {CORDONED: CORDONED_NODES, **PATHS}
    now = {kind: _list(paths[kind]) for kind in kinds}
    return [one for one in things if one.id in now[one.kind]]


def _what_holds(thing: Thing) -> str:
    """What the cluster says of a thing that is deleted and doesn't go."""
    from kubernetes.client import ApiException

    try:
        found: dict[str, Any] = call(f"{PATHS.get(thing.kind, '')}/{thing.id}")
    except ApiException as error:
        return error.reason or str(error.status)
    conditions = found.get("status", {}).get("conditions") or []
    held = [one["message"] for one in conditions if one.get("status") == "True"]
    return "; ".join([*held, *found["metadata"].get("finalizers", [])]) or "it doesn't go"


HOLDINGS = Holdings(KINDS, inventory, labels, remove, shared=brought)

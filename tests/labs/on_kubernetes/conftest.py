"""Clusters made by hand, and the story of a section, for checks that need no lab."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

import pytest

from cloudlab.learning.checks import load_room
from cloudlab.learning.outcomes import Outcome
from cloudlab.learning.record import Command, Observation, Record
from cloudlab.learning.sections import load_section
from cloudlab.learning.view import LabView

Object = dict[str, Any]
Judge = Callable[..., Outcome]

NEVER, EARLY, LATE = "", "2026-01-01T10:00:00Z", "2026-01-01T10:05:00Z"


@pytest.fixture
def judge() -> Judge:
    """What a check says to the objects of a cluster (kind → objects) and a story."""

    def judged(exercise: str, /, cluster: dict[str, list[Object]], **story: Any) -> Outcome:
        room = load_room("kubernetes")
        view = LabView(load_section("kubernetes"), seen(cluster, story))
        module = sys.modules["labs_kubernetes_checks.cluster"]
        module._clusters[view] = module.Cluster(lambda kind: cluster.get(kind, []))
        return room.checks[f"kubernetes.{exercise}"](view)

    return judged


def seen(cluster: dict[str, list[Object]], story: dict[str, Any]) -> Record:
    """The story, ending with what the cluster holds now: a check never looks without noting."""
    record = Record(section="kubernetes", memory_id="", **story)
    now = facts(cluster)
    last = record.observations[-1].at if record.observations else 0
    if not record.observations or record.observations[-1].facts != now:
        record.observations.append(Observation(at=last + 1, after=last, facts=now))
    return Record.model_validate_json(record.model_dump_json())  # as it's kept between two cells


def facts(cluster: dict[str, list[Object]]) -> dict[str, Any]:
    """What is noted of such a cluster."""
    room = load_room("kubernetes")
    view = LabView(load_section("kubernetes"), Record(section="kubernetes", memory_id=""))
    module = sys.modules["labs_kubernetes_checks.cluster"]
    module._clusters[view] = module.Cluster(lambda kind: cluster.get(kind, []))
    assert room.watch is not None
    return room.watch(view)


def told(*clusters: dict[str, list[Object]]) -> list[Observation]:
    """Looks at these states of the cluster, a second apart."""
    return [Observation(at=at, after=at - 1, facts=facts(c)) for at, c in enumerate(clusters, 1)]


def ran(line: str, at: float, exit_code: int = 0, tail: str = "") -> Command:
    """A command that ended just before `at`."""
    return Command(line=line, exit_code=exit_code, started=at - 0.5, ended=at - 0.1, tail=tail)


# Objects


def deployment(
    replicas: int = 3, *, uid: str = "deployment", generation: int = 1, **more: Any
) -> Object:
    """web, done with all that it was asked; `since` is when it last got enough ready pods."""
    counts = dict.fromkeys(("replicas", "updatedReplicas", "readyReplicas"), replicas)
    available = {"type": "Available", "status": "True", "lastTransitionTime": more.get("since")}
    spec = {"containers": [more.get("container", container())], **more.get("spec", {})}
    return {
        "metadata": {
            "name": "web",
            "uid": uid,
            "generation": generation,
            "labels": {"app": "web", "team": "storefront"},
        },
        "spec": {
            "replicas": replicas,
            "template": {"metadata": {"labels": {"app": "web"}}, "spec": spec},
        },
        "status": {**counts, "observedGeneration": generation, "conditions": [available]},
    }


def container(**more: Any) -> Object:
    """web's, with a port and a request."""
    return {
        "name": "web",
        "env": [{"name": "PORT", "value": "8080"}],
        "resources": {"requests": {"cpu": "250m"}},
        **more,
    }


def replica_set(name: str = "web-1") -> Object:
    """One that web owns."""
    owner = {"kind": "Deployment", "name": "web", "uid": "deployment", "controller": True}
    return {"metadata": {"name": name, "uid": name, "ownerReferences": [owner]}}


def pod(uid: str, **more: Any) -> Object:
    """A pod: ready, on a node, of the ReplicaSet web-1, unless told otherwise."""
    kind, name = more.get("owner", ("ReplicaSet", "web-1"))
    owners = [{"kind": kind, "name": name, "uid": name, "controller": True}] if kind else []
    ready = "True" if more.get("ready", True) else "False"
    metadata = {
        "name": more.get("name", f"web-1-{uid}"),
        "uid": uid,
        "labels": {"app": "web"},
        "ownerReferences": owners,
        "creationTimestamp": more.get("created", EARLY),
    }
    return {
        "metadata": {**metadata, **({"deletionTimestamp": LATE} if more.get("ending") else {})},
        "spec": {"containers": [container()], "nodeName": more.get("node", "worker-1")},
        "status": {
            "conditions": [{"type": "Ready", "status": ready}, *more.get("conditions", ())],
            "containerStatuses": [{"restartCount": more.get("restarts", 0)}],
        },
    }


def web(*pods: Object, **more: Any) -> dict[str, list[Object]]:
    """A cluster with web and these pods of it, by default three."""
    kinds = {key: more.pop(key) for key in list(more) if key.endswith("s") and key != "replicas"}
    return {
        "deployments": [deployment(**more)],
        "replicasets": [replica_set()],
        "pods": list(pods) or [pod("a"), pod("b"), pod("c")],
        **kinds,
    }

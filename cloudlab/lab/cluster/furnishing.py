"""What a cluster of ours holds from the start: rights, nodes, a storage class, metrics."""

from __future__ import annotations

import base64
import json
import platform
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import yaml

from cloudlab.lab.cluster.api import Api, Object, condition
from cloudlab.lab.cluster.components import Cluster
from cloudlab.lab.ports import HOST

MANIFESTS = Path(__file__).with_name("manifests")
#: The one in C, where there is one: it takes a tenth of the time.
LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
#: The lab's own nodes, and what each says that it has.
NODES = ("worker-1", "worker-2", "worker-3")
ROOM = {"cpu": "4", "memory": "8Gi", "pods": "110", "ephemeral-storage": "64Gi"}
#: By this annotation kwok knows the nodes that it plays.
SIMULATED = {"kwok.x-k8s.io/node": "fake"}
#: All nodes answer at one port: this says where metrics-server finds each one's.
METRICS_PATH = "metrics.k8s.io/resource-metrics-path"
#: A node with this label is played as broken.
BROKEN = "cloudlab.example/broken"
LEASES = "/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases"
#: What `kubectl logs` shows of a pod on a simulated node, in the form in which a node keeps a log.
NO_LOG = (
    "2026-01-01T00:00:00.000000000Z stdout F "
    "Simulated node: no container runs here, so there is no log.\n"
)


def texts() -> str:
    """All manifests, one after another: another text means another cluster."""
    return "\n".join(file.read_text() for file in sorted(MANIFESTS.glob("*.yaml")))


def node_configuration(log: Path, *, metrics: bool = True) -> str:
    """kwok's configuration: how a simulated node behaves."""
    documents = [one for one in _manifest("nodes.yaml") if metrics or one["kind"] == "Stage"]
    logs = {
        "apiVersion": "kwok.x-k8s.io/v1alpha1",
        "kind": "ClusterLogs",
        "metadata": {"name": "none"},
        "spec": {"logs": [{"logsFile": str(log)}]},
    }
    return "\n---\n".join(json.dumps(one) for one in [*documents, logs])


def furnish(api: Api, cluster: Cluster) -> None:
    """Lay everything, and put back what was changed of it; the learner's own things stay."""
    for thing in [*_manifest("access.yaml"), *_manifest("storage.yaml"), *_metrics(cluster)]:
        api.apply(thing)
    api.delete(LEASES)  # else an earlier kwok's hold on the nodes would have to run out first
    for name in NODES:
        api.apply(node(name))
        point_at(api, name, cluster.kubelets)


def furnish_bare(api: Api, cluster: Cluster) -> None:
    """The rights alone, for a cluster whose nodes somebody else makes."""
    for thing in _manifest("access.yaml"):
        api.apply(thing)


def point_at(api: Api, name: str, port: int) -> None:
    """Say where the node's kubelet listens: another port, perhaps, than before the restart."""
    status = {"daemonEndpoints": {"kubeletEndpoint": {"Port": port}}}
    api.merge(f"/api/v1/nodes/{name}/status", {"status": status})


def node(name: str) -> Object:
    """A simulated node; its status counts only while it's created.

    The older labels are a kubelet's, too; a controller would add them, one write a node.
    """
    return {
        "apiVersion": "v1",
        "kind": "Node",
        "metadata": {
            "name": name,
            "annotations": {**SIMULATED, METRICS_PATH: f"/metrics/nodes/{name}/metrics/resource"},
            "labels": {
                "kubernetes.io/hostname": name,
                "kubernetes.io/os": "linux",
                "kubernetes.io/arch": _architecture(),
                "beta.kubernetes.io/os": "linux",
                "beta.kubernetes.io/arch": _architecture(),
                "node-role.kubernetes.io/worker": "",
            },
        },
        "status": {
            "addresses": [
                {"type": "InternalIP", "address": HOST},
                {"type": "Hostname", "address": name},
            ],
            "allocatable": ROOM,
            "capacity": ROOM,
            "nodeInfo": _node_info(),
        },
    }


def settled(api: Api, *, bare: bool = False) -> bool:
    """Whether a pod that is created now can run: nodes that are ready, and an account for it."""
    accounts = api.items("/api/v1/namespaces/default/serviceaccounts")
    if bare or not accounts:
        return bool(accounts)
    nodes = api.items("/api/v1/nodes")
    ours = [one for one in nodes if one["metadata"]["name"] in NODES]
    return len(ours) == len(NODES) and all(_welcomes(one) for one in ours)


def _welcomes(one: Object) -> bool:
    """Whether the node is ready and says so to the scheduler, or isn't meant to be."""
    if BROKEN in one["metadata"].get("labels", {}):
        return True
    shut = [taint["key"] for taint in one["spec"].get("taints", [])]
    return condition(one, "Ready") and "node.kubernetes.io/not-ready" not in shut


def _metrics(cluster: Cluster) -> Iterator[Object]:
    """Where the API server finds metrics-server, and by whom its certificate is signed."""
    place = {"name": "metrics-server", "namespace": "kube-system"}
    authority = (cluster.certificates / "ca.crt").read_bytes()
    yield {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": place,
        "spec": {"type": "ExternalName", "externalName": "localhost"},
    }
    yield {
        "apiVersion": "apiregistration.k8s.io/v1",
        "kind": "APIService",
        "metadata": {"name": "v1beta1.metrics.k8s.io"},
        "spec": {
            "service": {**place, "port": cluster.metrics},
            "group": "metrics.k8s.io",
            "version": "v1beta1",
            "caBundle": base64.b64encode(authority).decode(),
            "groupPriorityMinimum": 100,
            "versionPriority": 100,
        },
    }


@cache
def _manifest(name: str) -> tuple[Object, ...]:
    return tuple(yaml.load_all((MANIFESTS / name).read_text(), Loader=LOADER))


def _architecture() -> str:
    return {"x86_64": "amd64", "aarch64": "arm64"}.get(platform.machine(), platform.machine())


def _node_info() -> Object:
    """What `kubectl get nodes -o wide` shows: it says that the node is simulated."""
    blank = dict.fromkeys(["bootID", "kernelVersion", "machineID", "systemUUID"], "simulated")
    return {
        **blank,
        "architecture": _architecture(),
        "containerRuntimeVersion": "kwok://simulated",
        "kubeletVersion": "simulated",
        "kubeProxyVersion": "simulated",
        "operatingSystem": "linux",
        "osImage": "simulated by kwok",
    }

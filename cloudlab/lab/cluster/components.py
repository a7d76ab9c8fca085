"""The cluster's components: how each is called.

They are those of any cluster. Only etcd is reached by a socket in the lab's own folder (it has no
password, and holds every Secret), and only three ports are listened on, all of loopback.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from cloudlab.lab.ports import HOST

#: In the order in which they are started; the last four side by side.
NAMES = (
    "etcd",
    "kube-apiserver",
    "kube-controller-manager",
    "kube-scheduler",
    "metrics-server",
    "kwok",
)
#: etcd's sockets: names in the folder in which it and the API server run.
ETCD, ETCD_PEERS = "unix://etcd-clients:0", "unix://etcd-peers:0"
SERVICES = "10.96.0.0/16"
PODS = "10.244.0.0/16"
ISSUER = "https://kubernetes.default.svc.cluster.local"

# What an autoscaler waits for by default is sized for real clusters: 15 s between two looks, 5
# minutes in which a new pod's load isn't believed. The window before scaling down stays as it is.
AUTOSCALER = (
    "--horizontal-pod-autoscaler-sync-period=5s",
    "--horizontal-pod-autoscaler-initial-readiness-delay=5s",
    "--horizontal-pod-autoscaler-cpu-initialization-period=10s",
)
#: The shortest that metrics-server takes; a second look is needed before there's a rate.
METRICS_RESOLUTION = "10s"
#: A simulated node renews its lease every quarter of this many seconds.
LEASE_SECONDS = 40

# By default a client of the cluster's API holds itself back: 20 calls a second for the controllers
# and 50 for the scheduler, and the API server keeps a queue for each kind of caller.
UNLIMITED_CLIENT = ("--kube-api-qps=5000", "--kube-api-burst=10000")
UNLIMITED_SERVER = (
    "--max-requests-inflight=0",
    "--max-mutating-requests-inflight=0",
    "--enable-priority-and-fairness=false",
)


@dataclass(frozen=True)
class Cluster:
    """Where a cluster's files are, and the three ports on which it listens."""

    folder: Path
    port: int
    kubelets: int
    """All simulated nodes answer there."""
    metrics: int
    programs: Mapping[str, Path]
    limited: bool = True
    """Whether clients hold themselves back, as they do by default."""

    @property
    def certificates(self) -> Path:
        """What `certificates.lay` made."""
        return self.folder / "certificates"

    @property
    def server(self) -> str:
        """The API server's address."""
        return f"https://{HOST}:{self.port}"

    def pair(self, name: str) -> tuple[str, str]:
        """A certificate and its key."""
        return str(self.certificates / f"{name}.crt"), str(self.certificates / f"{name}.key")

    def kubeconfig(self, name: str) -> Path:
        """By which a component reaches the API server."""
        return self.folder / f"{name}.kubeconfig"


def command(cluster: Cluster, name: str) -> tuple[str, ...]:
    """The component's command line."""
    arguments = {
        "etcd": _etcd,
        "kube-apiserver": _api_server,
        "kube-controller-manager": _controllers,
        "kube-scheduler": _scheduler,
        "metrics-server": _metrics_server,
        "kwok": _kwok,
    }[name](cluster)
    return (str(cluster.programs[name]), *arguments)


def kubeconfig_text(cluster: Cluster, name: str) -> str:
    """The file by which the holder of the certificate `name` reaches the API server."""
    certificate, key = cluster.pair(name)
    authority, _ = cluster.pair("ca")
    config = {
        "apiVersion": "v1",
        "kind": "Config",
        "current-context": "lab",
        "clusters": [
            {
                "name": "lab",
                "cluster": {"server": cluster.server, "certificate-authority": authority},
            }
        ],
        "contexts": [{"name": "lab", "context": {"cluster": "lab", "user": name}}],
        "users": [{"name": name, "user": {"client-certificate": certificate, "client-key": key}}],
    }
    return json.dumps(config, indent=2)


def _etcd(cluster: Cluster) -> list[str]:
    return [
        "--name=lab",
        f"--data-dir={cluster.folder / 'etcd'}",
        f"--listen-client-urls={ETCD}",
        f"--advertise-client-urls={ETCD}",
        f"--listen-peer-urls={ETCD_PEERS}",
        f"--initial-advertise-peer-urls={ETCD_PEERS}",
        f"--initial-cluster=lab={ETCD_PEERS}",
        "--auto-compaction-retention=1",
        "--log-level=warn",
    ]


def _api_server(cluster: Cluster) -> list[str]:
    certificate, key = cluster.pair("apiserver")
    kubelet_certificate, kubelet_key = cluster.pair("kubelet-client")
    proxy_certificate, proxy_key = cluster.pair("front-proxy-client")
    authority, _ = cluster.pair("ca")
    _, token_key = cluster.pair("service-accounts")
    return [
        f"--etcd-servers={ETCD}",
        f"--bind-address={HOST}",
        f"--secure-port={cluster.port}",
        f"--advertise-address={HOST}",
        "--endpoint-reconciler-type=none",  # else it wants a default route
        f"--tls-cert-file={certificate}",
        f"--tls-private-key-file={key}",
        f"--client-ca-file={authority}",
        "--authorization-mode=Node,RBAC",
        f"--service-account-issuer={ISSUER}",
        f"--service-account-signing-key-file={token_key}",
        f"--service-account-key-file={token_key}",
        f"--service-cluster-ip-range={SERVICES}",
        f"--requestheader-client-ca-file={cluster.pair('front-proxy-ca')[0]}",
        "--requestheader-allowed-names=front-proxy-client",
        "--requestheader-extra-headers-prefix=X-Remote-Extra-",
        "--requestheader-group-headers=X-Remote-Group",
        "--requestheader-username-headers=X-Remote-User",
        f"--proxy-client-cert-file={proxy_certificate}",
        f"--proxy-client-key-file={proxy_key}",
        f"--kubelet-client-certificate={kubelet_certificate}",
        f"--kubelet-client-key={kubelet_key}",
        f"--kubelet-certificate-authority={authority}",
        "--kubelet-preferred-address-types=InternalIP",
        "--allow-privileged=true",
        "--profiling=false",
        *(() if cluster.limited else UNLIMITED_SERVER),
    ]


def _controllers(cluster: Cluster) -> list[str]:
    authority, authority_key = cluster.pair("ca")
    return [
        f"--kubeconfig={cluster.kubeconfig('controller-manager')}",
        "--secure-port=0",
        "--leader-elect=false",
        f"--root-ca-file={authority}",
        f"--service-account-private-key-file={cluster.pair('service-accounts')[1]}",
        f"--cluster-signing-cert-file={authority}",
        f"--cluster-signing-key-file={authority_key}",
        f"--flex-volume-plugin-dir={cluster.folder / 'plugins'}",  # else it makes one in /usr
        *AUTOSCALER,
        *(() if cluster.limited else UNLIMITED_CLIENT),
    ]


def _scheduler(cluster: Cluster) -> list[str]:
    return [
        f"--kubeconfig={cluster.kubeconfig('scheduler')}",
        "--secure-port=0",
        "--leader-elect=false",
        *(() if cluster.limited else UNLIMITED_CLIENT),
    ]


def _metrics_server(cluster: Cluster) -> list[str]:
    certificate, key = cluster.pair("metrics")
    config = cluster.kubeconfig("metrics-server")
    return [
        f"--kubeconfig={config}",
        f"--authentication-kubeconfig={config}",
        f"--authorization-kubeconfig={config}",
        f"--bind-address={HOST}",
        f"--secure-port={cluster.metrics}",
        f"--tls-cert-file={certificate}",
        f"--tls-private-key-file={key}",
        f"--kubelet-certificate-authority={cluster.pair('ca')[0]}",
        "--kubelet-preferred-address-types=InternalIP",
        "--kubelet-use-node-status-port",
        f"--metric-resolution={METRICS_RESOLUTION}",
        "--kubelet-request-timeout=5s",  # must be shorter than that
    ]


def _kwok(cluster: Cluster) -> list[str]:
    certificate, key = cluster.pair("kubelet")
    return [
        f"--kubeconfig={cluster.kubeconfig('kwok')}",
        f"--config={cluster.folder / 'kwok.yaml'}",
        "--manage-all-nodes=false",
        "--manage-nodes-with-annotation-selector=kwok.x-k8s.io/node=fake",
        f"--cidr={PODS}",
        f"--node-ip={HOST}",
        f"--node-port={cluster.kubelets}",
        f"--server-address={HOST}:{cluster.kubelets}",
        f"--tls-cert-file={certificate}",
        f"--tls-private-key-file={key}",
        f"--node-lease-duration-seconds={LEASE_SECONDS}",
    ]

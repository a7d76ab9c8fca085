"""A Kubernetes client that can reach nothing but the lab's cluster, and never waits long."""

from __future__ import annotations

import os
from functools import lru_cache
from pathlib import Path
from threading import Lock
from typing import Any

from cloudlab.lab.aws import is_loopback
from cloudlab.lab.environment import no_cluster
from cloudlab.lab.errors import ForeignEndpoint, Unreachable
from cloudlab.lab.paths import paths
from cloudlab.lab.state import load_state

#: The part that doesn't answer when the cluster doesn't.
PART = "kubernetes"
#: Seconds for a connection, and for an answer.
TIMEOUTS = (1.0, 10.0)
#: What a server answers that can't do its work, or doesn't know the lab's key any more.
BROKEN = {401, 502, 503, 504}

#: The form of a list that has names and labels alone: a cluster may hold thousands of pods.
METADATA = "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1"

#: Held while a client is made. The library's own cache names a certificate's file before it is
#: written, so that a second thread that reads the same kubeconfig could find it empty.
_MAKING = Lock()

#: A group's short name → the class of its client.
GROUPS = {
    "admission": "AdmissionregistrationV1Api",
    "apps": "AppsV1Api",
    "autoscaling": "AutoscalingV2Api",
    "batch": "BatchV1Api",
    "core": "CoreV1Api",
    "custom": "CustomObjectsApi",
    "discovery": "DiscoveryV1Api",
    "events": "EventsV1Api",
    "extensions": "ApiextensionsV1Api",
    "networking": "NetworkingV1Api",
    "policy": "PolicyV1Api",
    "rbac": "RbacAuthorizationV1Api",
    "scheduling": "SchedulingV1Api",
    "storage": "StorageV1Api",
    "version": "VersionApi",
}


def kubeconfig() -> Path:
    """The lab's kubeconfig: KUBECONFIG, else the lab's state, else one of a dead address.

    A file outside the lab's folder is somebody's own: it's never read.
    """
    for named in (os.environ.get("KUBECONFIG"), load_state().variables.get("KUBECONFIG")):
        file = Path(named or "/")
        if file.is_relative_to(paths().state) and file.is_file():
            return file
    return no_cluster()


def client() -> Any:
    """A `kubernetes.client.ApiClient` for the lab's cluster; the same one for the same cluster.

    Its calls raise `Unreachable` when nothing answers. A cluster outside this machine is refused
    by a `ForeignEndpoint`, unless LAB_KUBERNETES=external asks for it.
    """
    file = kubeconfig()
    with _MAKING:
        return _client(file, file.read_text())


def api(group: str) -> Any:
    """The client of one group of the API, e.g. "apps"; a `KeyError` where there's no such group."""
    import kubernetes.client

    return getattr(kubernetes.client, GROUPS[group])(client())


def call(
    path: str,
    method: str = "GET",
    body: Any = None,
    *,
    accept: str = "application/json",
    content: str = "application/json",
) -> Any:
    """What the cluster answers to a path, e.g. "/api/v1/nodes?limit=1": dicts and lists.

    Much cheaper than the groups' clients, which make an object of every field. Raises
    `kubernetes.client.ApiException` where the cluster refuses.
    """
    one = client()
    request = one.param_serialize(
        method,
        path,
        query_params=[],
        header_params={"Accept": accept, "Content-Type": content},
        body=body,
        auth_settings=["BearerToken"],
    )
    answer = one.call_api(*request)
    answer.read()
    return one.response_deserialize(answer, {"2XX": "object"}).data


def part_down(error: BaseException) -> str | None:
    """This part's name, if the cluster's answer says that it's broken or another one; else None."""
    return PART if getattr(error, "status", None) in BROKEN else None


def guarded(server: str) -> str:
    """The cluster's address, or a `ForeignEndpoint`."""
    if is_loopback(server) or os.environ.get("LAB_KUBERNETES") == "external":
        return server
    raise ForeignEndpoint(
        f"{server} is not a cluster of this machine: nothing was sent",
        "run connect(…) first, or set LAB_KUBERNETES=external if you mean it",
    )


@lru_cache(maxsize=4)
def _client(file: Path, text: str) -> Any:
    """By the file's text, too: it's another one once the lab was started anew."""
    import kubernetes.client
    import kubernetes.config
    from kubernetes.client.rest import RESTClientObject
    from urllib3.exceptions import HTTPError

    class Cluster(RESTClientObject):
        """Waits no longer than it must, and says in the lab's own words that nobody answers."""

        def request(self, *args: Any, **kwargs: Any) -> Any:
            kwargs["_request_timeout"] = kwargs.get("_request_timeout") or TIMEOUTS
            try:
                return super().request(*args, **kwargs)  # type: ignore[no-untyped-call]
            except HTTPError as error:
                raise Unreachable.part(PART) from error

    settings = kubernetes.client.Configuration()
    kubernetes.config.load_kube_config(
        str(file), client_configuration=settings, persist_config=False
    )
    guarded(settings.host)
    settings.proxy, settings.retries = None, 1
    client = kubernetes.client.ApiClient(settings)
    client.rest_client = Cluster(settings)
    return client

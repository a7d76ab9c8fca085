"""A small client of the cluster's API, for the lab's own calls while it starts.

The Python client that sections use takes longer to import than all these calls to make.
"""

import json
import ssl
from collections.abc import Iterable, Mapping
from http.client import HTTPException, HTTPSConnection
from pathlib import Path
from typing import Any, Self

from cloudlab.lab.errors import PartFailed
from cloudlab.lab.ports import HOST

Object = dict[str, Any]

#: Where objects of a kind live: (prefix, plural).
PLACES = {
    "APIService": ("/apis/apiregistration.k8s.io/v1", "apiservices"),
    "ClusterRole": ("/apis/rbac.authorization.k8s.io/v1", "clusterroles"),
    "ClusterRoleBinding": ("/apis/rbac.authorization.k8s.io/v1", "clusterrolebindings"),
    "Deployment": ("/apis/apps/v1", "deployments"),
    "Node": ("/api/v1", "nodes"),
    "RoleBinding": ("/apis/rbac.authorization.k8s.io/v1", "rolebindings"),
    "Service": ("/api/v1", "services"),
    "StorageClass": ("/apis/storage.k8s.io/v1", "storageclasses"),
}
#: Who is named as the owner of the fields that we set.
MANAGER = "cloudlab"
SECONDS = 10.0


class Refused(PartFailed):
    """The cluster's API said no; `status` is HTTP's."""

    def __init__(self, status: int, said: str) -> None:
        super().__init__(f"the cluster refused a call ({status}): {said}", "cloudlab up")
        self.status = status


class Api:
    """Calls as the lab's administrator, over one connection."""

    def __init__(self, port: int, certificates: Path) -> None:
        context = ssl.create_default_context(cafile=str(certificates / "ca.crt"))
        context.load_cert_chain(certificates / "admin.crt", certificates / "admin.key")
        self.connection = HTTPSConnection(HOST, port, context=context, timeout=SECONDS)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self.connection.close()

    def ready(self) -> bool:
        """Whether the API server says that it may be used."""
        try:
            return self._call("GET", "/readyz")[0] == 200
        except (OSError, HTTPException):
            return False

    def get(self, path: str, accept: str = "application/json") -> Object:
        """What is there; raises `Refused`."""
        return self._wanted("GET", path, accept=accept)

    def items(self, path: str, accept: str = "application/json") -> list[Object]:
        """The objects of a collection: an empty one has none, or null."""
        return list(self.get(path, accept)["items"] or [])

    def create(self, thing: Object) -> Object:
        """A new object; raises `Refused`."""
        return self._wanted("POST", collection(thing), thing)

    def apply(self, thing: Object) -> Object:
        """Make the object so, whether it is there or not (server-side apply)."""
        path = f"{collection(thing)}/{thing['metadata']['name']}"
        options = f"?fieldManager={MANAGER}&force=true"
        return self._wanted("PATCH", path + options, thing, "application/apply-patch+yaml")

    def merge(self, path: str, change: Object) -> Object:
        """Change what is there."""
        return self._wanted("PATCH", path, change, "application/merge-patch+json")

    def delete(self, path: str, options: Mapping[str, object] | None = None) -> None:
        """Remove what is there, one or all of a collection; nothing is fine, too."""
        status, said = self._call("DELETE", path, dict(options or {}))
        if status >= 400 and status != 404:
            raise Refused(status, said[:300])

    def _wanted(
        self,
        verb: str,
        path: str,
        body: Object | None = None,
        kind: str = "application/json",
        accept: str = "application/json",
    ) -> Object:
        status, said = self._call(verb, path, body, kind, accept)
        if status >= 400:
            raise Refused(status, said[:300])
        return dict(json.loads(said))

    def _call(
        self,
        verb: str,
        path: str,
        body: Object | None = None,
        kind: str = "application/json",
        accept: str = "application/json",
    ) -> tuple[int, str]:
        """One call; a connection that broke is opened anew by the next."""
        try:
            sent = json.dumps(body) if body is not None else None
            headers = {"Accept": accept, **({"Content-Type": kind} if sent else {})}
            self.connection.request(verb, path, sent, headers)
            reply = self.connection.getresponse()
            return reply.status, reply.read().decode()
        except (OSError, HTTPException):
            self.connection.close()
            raise


def collection(thing: Object) -> str:
    """The path under which objects of this kind and namespace are listed."""
    prefix, plural = PLACES[thing["kind"]]
    namespace = thing["metadata"].get("namespace")
    return f"{prefix}/namespaces/{namespace}/{plural}" if namespace else f"{prefix}/{plural}"


def condition(thing: Object, kind: str) -> bool:
    """Whether the object's condition of that type is True."""
    found: Iterable[Object] = thing.get("status", {}).get("conditions") or []
    return any(one["type"] == kind and one["status"] == "True" for one in found)

"""The lab's own kubeconfig. The learner's is never written, and read only where it's asked for."""

from __future__ import annotations

import base64
from pathlib import Path
from typing import Any

import yaml

from cloudlab.lab.errors import LabError
from cloudlab.lab.paths import paths, write_private

#: The cluster, its user and the context have one name on every backend.
NAME = "lab"
#: What may stand as a path in somebody's file, and must hold on its own in ours.
EMBEDDED = (
    ("cluster", "certificate-authority"),
    ("user", "client-certificate"),
    ("user", "client-key"),
)

Entry = dict[str, Any]


class NoContext(LabError):
    """The kubeconfig has no such context, or can't be read."""


def file() -> Path:
    """Where it is."""
    return paths().state / "kubeconfig"


def write(cluster: Entry, user: Entry, namespace: str | None = None) -> Path:
    """A file with one cluster and one user, which stands on its own."""
    context = {"cluster": NAME, "user": NAME, **({"namespace": namespace} if namespace else {})}
    config = {
        "apiVersion": "v1",
        "kind": "Config",
        "current-context": NAME,
        "clusters": [{"name": NAME, "cluster": cluster}],
        "contexts": [{"name": NAME, "context": context}],
        "users": [{"name": NAME, "user": user}],
    }
    return write_private(file(), yaml.safe_dump(config, sort_keys=False))


def of_certificates(folder: Path, server: str) -> Path:
    """The embedded cluster's: its administrator, by certificate."""
    cluster = {"server": server, "certificate-authority-data": encoded(folder / "ca.crt")}
    user = {
        "client-certificate-data": encoded(folder / "admin.crt"),
        "client-key-data": encoded(folder / "admin.key"),
    }
    return write(cluster, user)


def of_context(text: str, context: str | None, beside: Path) -> Path:
    """One context of another kubeconfig: its file's text, and the folder of its relative paths."""
    found = _read(text)
    wanted = context or found.get("current-context")
    entry = _named(found, "context", wanted)
    parts = {kind: dict(_named(found, kind, entry.get(kind))) for kind in ("cluster", "user")}
    for kind, key in EMBEDDED:
        if key in parts[kind]:
            parts[kind][f"{key}-data"] = encoded(beside / parts[kind].pop(key))
    return write(parts["cluster"], parts["user"], entry.get("namespace"))


def contexts(text: str) -> list[str]:
    """The contexts of a kubeconfig."""
    return [str(one["name"]) for one in _read(text).get("contexts") or []]


def server() -> str:
    """The address of the cluster that the lab's file names."""
    return str(_named(_read(file().read_text()), "cluster", NAME)["server"])


def encoded(path: Path) -> str:
    """A file as it stands in a kubeconfig."""
    try:
        return base64.b64encode(path.read_bytes()).decode()
    except OSError as error:
        raise NoContext(f"{path}: {error.strerror}", "mend the kubeconfig that names it") from error


def _read(text: str) -> Entry:
    """The file's contents."""
    try:
        found = yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise NoContext(f"the kubeconfig isn't YAML: {error}", "mend it") from error
    return found if isinstance(found, dict) else {}


def _named(config: Entry, kind: str, name: str | None) -> Entry:
    """The cluster, user or context of that name; a `NoContext` lists those that are there."""
    entries = {one["name"]: one[kind] for one in config.get(f"{kind}s") or []}
    if name not in entries:
        raise NoContext(
            f"the kubeconfig has no {kind} {name!r}",
            f"there: {', '.join(entries) or 'none'}",
        )
    return dict(entries[name] or {})

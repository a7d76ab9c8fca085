"""The cluster's client: the lab's own kubeconfig, this machine's cluster, plain words when down."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import kubernetes.config
import pytest

from cloudlab.lab import kube_client
from cloudlab.lab.environment import NO_CLUSTER, NOWHERE
from cloudlab.lab.errors import ForeignEndpoint, Unreachable
from cloudlab.lab.state import LabState, PartState, save_state


@pytest.fixture(autouse=True)
def no_lab(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    monkeypatch.setenv("LAB_STATE_DIR", str(tmp_path / "lab"))
    monkeypatch.delenv("KUBECONFIG", raising=False)
    monkeypatch.delenv("LAB_KUBERNETES", raising=False)
    return tmp_path


def config(folder: Path, server: str) -> Path:
    file = folder / "lab" / "kubeconfig"
    file.parent.mkdir(exist_ok=True)
    file.write_text(NO_CLUSTER.replace(NOWHERE, server))
    return file


def test_a_kubeconfig_of_somebody_elses_is_never_read(
    no_lab: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    nobody = no_lab / "lab" / "no-cluster"
    assert kube_client.kubeconfig() == nobody
    theirs = no_lab / "config"
    theirs.write_text("not even YAML: [")
    monkeypatch.setenv("KUBECONFIG", str(theirs))
    assert kube_client.kubeconfig() == nobody
    monkeypatch.setenv("KUBECONFIG", f"{theirs}:{theirs}")
    assert kube_client.kubeconfig() == nobody


def test_the_environment_speaks_first_then_the_lab(
    no_lab: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = config(no_lab, "http://127.0.0.1:6443")
    part = PartState(name="kubernetes", title="", backend="kwok", fidelity="real")
    part.variables = {"KUBECONFIG": str(own)}
    save_state(LabState(parts={"kubernetes": part}))
    assert kube_client.kubeconfig() == own
    other = own.with_name("no-cluster")
    monkeypatch.setenv("KUBECONFIG", str(other))
    other.write_text(NO_CLUSTER)
    assert kube_client.kubeconfig() == other
    monkeypatch.setenv("KUBECONFIG", str(no_lab / "another labs"))
    assert kube_client.kubeconfig() == own


def test_a_cluster_outside_this_machine_is_refused_unless_asked_for(
    no_lab: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = config(no_lab, "https://cluster.example.com:6443")
    monkeypatch.setenv("KUBECONFIG", str(own))
    with pytest.raises(ForeignEndpoint):
        kube_client.client()
    monkeypatch.setenv("LAB_KUBERNETES", "external")
    assert kube_client.client().configuration.host == "https://cluster.example.com:6443"


def test_a_cluster_that_is_not_there_is_the_labs_fault() -> None:
    for ask in (lambda: kube_client.call("/api"), kube_client.api("core").list_node):
        with pytest.raises(Unreachable, match="'kubernetes'"):
            ask()


def test_a_client_ignores_a_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://proxy.example:1")
    kube_client._client.cache_clear()
    assert kube_client.client().configuration.proxy is None
    kube_client._client.cache_clear()


def test_threads_that_ask_at_once_share_one_client(
    no_lab: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The library keeps a certificate's file by its text, and names it before it's written: a second
    # reader of the same kubeconfig found it empty.
    config(no_lab, "http://127.0.0.1:6443")
    monkeypatch.setenv("KUBECONFIG", str(no_lab / "lab" / "kubeconfig"))
    readers = 8
    together, load = threading.Barrier(readers), kubernetes.config.load_kube_config
    reading: list[str] = []

    def slowly(file: str, **settings: Any) -> None:
        reading.append(file)
        time.sleep(0.05)
        load(file, **settings)

    def ask(_: int) -> Any:
        together.wait(10)
        return kube_client.client()

    monkeypatch.setattr(kubernetes.config, "load_kube_config", slowly)
    with ThreadPoolExecutor(readers) as pool:
        clients = set(pool.map(ask, range(readers)))
    assert (len(reading), len(clients)) == (1, 1)


def test_every_group_has_a_client() -> None:
    for group in kube_client.GROUPS:
        assert kube_client.api(group).api_client is kube_client.client()


class Server(BaseHTTPRequestHandler):
    """Answers what it was asked, as JSON; `/apis/<status>` refuses."""

    def do_GET(self) -> None:
        size = int(self.headers.get("Content-Length") or 0)
        body = json.loads(self.rfile.read(size) or b"null")
        said = {
            "method": self.command,
            "path": self.path,
            "accept": self.headers["Accept"],
            "kind": self.headers["Content-Type"],
            "body": body,
        }
        text = json.dumps(said).encode()
        self.send_response(int(self.path.rpartition("/")[2]) if "/apis/" in self.path else 200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    do_PATCH = do_DELETE = do_GET

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing of it belongs in a test's output."""


@pytest.fixture
def cluster(no_lab: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Server) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        own = config(no_lab, f"http://127.0.0.1:{server.server_port}")
        monkeypatch.setenv("KUBECONFIG", str(own))
        yield
        server.shutdown()


def test_a_call_by_path_sends_and_reads_json(cluster: None) -> None:
    said = kube_client.call("/api/v1/nodes?limit=1", accept="application/json;as=Table")
    assert (said["method"], said["path"]) == ("GET", "/api/v1/nodes?limit=1")
    assert said["accept"] == "application/json;as=Table"
    patched = kube_client.call("/x", "PATCH", {"a": None}, content="application/merge-patch+json")
    assert (patched["body"], patched["kind"]) == ({"a": None}, "application/merge-patch+json")


@pytest.mark.parametrize(
    ("status", "down"), [(401, True), (503, True), (403, False), (404, False), (409, False)]
)
def test_a_refusal_comes_through_and_a_broken_cluster_is_told_from_it(
    cluster: None, status: int, down: bool
) -> None:
    from kubernetes.client import ApiException

    with pytest.raises(ApiException) as refusal:
        kube_client.call(f"/apis/{status}")
    assert refusal.value.status == status
    assert kube_client.part_down(refusal.value) == ("kubernetes" if down else None)


def test_after_a_restart_on_another_port_the_same_file_leads_there(
    cluster: None, no_lab: Path
) -> None:
    before = kube_client.client()
    assert kube_client.client() is before
    config(no_lab, "http://127.0.0.1:2")
    assert kube_client.client().configuration.host == "http://127.0.0.1:2"

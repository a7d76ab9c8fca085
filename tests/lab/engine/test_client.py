"""The engine's client: this machine's engine or none, and plain words when nobody answers."""

from __future__ import annotations

import json
import socket
import socketserver
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

import pytest

from cloudlab.lab.engine import client as docker_client
from cloudlab.lab.errors import ForeignEndpoint, Unreachable
from cloudlab.lab.state import LabState, PartState, save_state


@pytest.fixture(autouse=True)
def no_lab(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    monkeypatch.setenv("LAB_STATE_DIR", str(tmp_path / "lab"))
    monkeypatch.delenv("DOCKER_HOST", raising=False)
    return tmp_path


@pytest.mark.parametrize(
    "foreign",
    [
        "tcp://10.0.0.7:2375",
        "tcp://docker.example.com:2376",
        "tcp://127.0.0.1.example.com:2375",
        "ssh://me@127.0.0.1",
        "https://example.com",
        "",
    ],
)
def test_an_engine_outside_this_machine_is_refused(
    foreign: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LAB_KUBERNETES", "external")
    with pytest.raises(ForeignEndpoint):
        docker_client.guarded(foreign)


@pytest.mark.parametrize("own", ["unix:///var/run/docker.sock", "tcp://127.0.0.1:2375"])
def test_this_machine_is_not(own: str) -> None:
    assert docker_client.guarded(own) == own


def test_the_environment_speaks_first_then_the_lab_then_nobody(
    monkeypatch: pytest.MonkeyPatch, no_lab: Path
) -> None:
    assert docker_client.docker_host() == f"unix://{no_lab}/lab/no-docker.sock"
    engine = PartState(name="containers", title="", backend="Docker Engine", fidelity="real")
    engine.variables = {"DOCKER_HOST": "unix:///lab.sock"}
    save_state(LabState(parts={"containers": engine}))
    assert docker_client.docker_host() == "unix:///lab.sock"
    monkeypatch.setenv("DOCKER_HOST", "unix:///mine.sock")
    assert docker_client.docker_host() == "unix:///mine.sock"


def test_an_engine_that_is_not_there_is_the_labs_fault() -> None:
    with pytest.raises(Unreachable, match="'containers'"):
        docker_client.client()


class Engine(BaseHTTPRequestHandler):
    """The least of an engine: its version, and a list of nothing."""

    def do_GET(self) -> None:
        version = self.path.endswith("/version")
        body = json.dumps({"ApiVersion": "1.44"} if version else []).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing of it belongs in a test's output."""


@pytest.fixture
def engine(no_lab: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[socketserver.BaseServer]:
    path = f"{no_lab}/e.sock"
    with socketserver.ThreadingUnixStreamServer(path, Engine) as server:
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, daemon=True).start()
        monkeypatch.setenv("DOCKER_HOST", f"unix://{path}")
        yield server
        server.shutdown()


def test_after_a_restart_the_same_client_finds_the_engine(engine: Any, no_lab: Path) -> None:
    client = docker_client.client()
    engine.shutdown()
    engine.server_close()
    (no_lab / "e.sock").unlink()
    with socketserver.ThreadingUnixStreamServer(f"{no_lab}/e.sock", Engine) as again:
        again.daemon_threads = True
        threading.Thread(target=again.serve_forever, daemon=True).start()
        assert client.containers.list() == []
        again.shutdown()


def test_a_client_talks_to_the_labs_engine_and_says_when_it_went(engine: Any, no_lab: Path) -> None:
    client = docker_client.client()
    assert client is docker_client.client()
    assert client.containers.list() == []
    engine.shutdown()
    engine.socket.shutdown(socket.SHUT_RDWR)
    (no_lab / "e.sock").unlink()
    client.api.close()
    with pytest.raises(Unreachable, match="'containers'"):
        client.containers.list()

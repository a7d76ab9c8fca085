"""An engine that isn't one: for the tests of who talks to engines."""

from __future__ import annotations

import http.server
import json
import socketserver
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

DOCKER = {"Version": "20.10.24", "Components": [{"Name": "Engine"}]}
PODMAN = {"Version": "5.4.2", "Components": [{"Name": "Podman Engine"}]}


@dataclass
class FakeEngine:
    """What it was asked, and what it answers: by "GET /path", without the query."""

    endpoint: str
    answers: dict[str, Any]
    asked: list[str] = field(default_factory=list)


@pytest.fixture
def fake_engine(tmp_path: Path) -> Iterator[Callable[..., FakeEngine]]:
    """Starts engines at sockets of the test's own folder."""
    with ExitStack() as stack:

        def start(name: str = "docker.sock", *, podman: bool = False) -> FakeEngine:
            return stack.enter_context(_serve(tmp_path / name, PODMAN if podman else DOCKER))

        yield start


@contextmanager
def _serve(socket: Path, version: dict[str, Any]) -> Iterator[FakeEngine]:
    engine = FakeEngine(f"unix://{socket}", {"GET /version": version, "GET /_ping": "OK"})
    socket.parent.mkdir(parents=True, exist_ok=True)

    class Handler(http.server.BaseHTTPRequestHandler):
        def answer(self) -> None:
            engine.asked.append(f"{self.command} {self.path}")
            told = engine.answers.get(f"{self.command} {self.path.split('?')[0]}", 404)
            self.send_response(told if isinstance(told, int) else 200)
            self.end_headers()
            said = {"message": "no such thing"} if isinstance(told, int) and told >= 400 else told
            self.wfile.write(said if isinstance(said, bytes) else json.dumps(said).encode())

        do_GET = do_POST = do_DELETE = answer

        def address_string(self) -> str:
            return "socket"

        def log_message(self, *_: object) -> None:
            return

    with socketserver.ThreadingUnixStreamServer(str(socket), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield engine
        server.shutdown()

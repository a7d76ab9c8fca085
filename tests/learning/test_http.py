"""Asking a server of this machine: what it says, or None; never another machine."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from cloudlab.lab.errors import ForeignEndpoint
from cloudlab.learning.http import Answer, ask


class Echo(BaseHTTPRequestHandler):
    """Says what it was sent, with a status of one's choice; `/cut` ends without an answer."""

    def do_GET(self) -> None:
        if self.path == "/cut":
            return
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.send_response(int(self.path[1:]))
        self.send_header("X-Instance", "one")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_POST = do_GET

    def log_message(self, format: str, *args: object) -> None:
        """Nothing of it belongs in a test's output."""


@pytest.fixture
def server() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Echo) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def test_an_answer_has_a_status_headers_and_a_text(server: str) -> None:
    answer = ask(f"{server}/404", "POST", json={"a": 1})
    assert isinstance(answer, Answer)
    status, headers, text = answer
    assert (status, headers["x-instance"], text) == (404, "one", '{"a":1}')


def test_nobody_who_answers_is_none(server: str) -> None:
    assert ask(f"{server}/cut") is None
    assert ask("http://127.0.0.1:1") is None
    with socket.create_server(("127.0.0.1", 0)) as silent:
        assert ask(f"http://127.0.0.1:{silent.getsockname()[1]}", timeout=0.05) is None


def test_no_other_machine_is_asked() -> None:
    with pytest.raises(ForeignEndpoint):
        ask("http://example.com")

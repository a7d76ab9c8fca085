"""The worker's own routes: /health, /ready, /metrics, in JSON but for the last."""

import json
from collections.abc import Callable
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from wordcount.errors import Lost

Ping = Callable[[], None]


def make_server(port: int, dependencies: dict[str, Ping]) -> ThreadingHTTPServer:
    """A server that asks these dependencies when it's asked whether the worker is ready."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            match self.path.partition("?")[0]:
                case "/health":  # alive, whatever the dependencies do
                    self._reply(HTTPStatus.OK, {"status": "healthy"})
                case "/ready":
                    self._reply(*readiness(dependencies))
                case "/metrics":
                    self._send(HTTPStatus.OK, CONTENT_TYPE_LATEST, generate_latest())
                case path:
                    self._reply(HTTPStatus.NOT_FOUND, {"error": f"no such path: {path}"})

        def send_error(self, code: int, message: str | None = None, explain: Any = None) -> None:
            """In JSON what the base class refuses; a method is the client's fault, not ours."""
            if code == HTTPStatus.NOT_IMPLEMENTED:
                code = HTTPStatus.METHOD_NOT_ALLOWED
            status = HTTPStatus(code)
            self._reply(status, {"error": message or status.phrase})

        def log_message(self, format: str, *args: Any) -> None:
            """Say nothing: probes and scrapes come every few seconds."""

        def _reply(self, status: HTTPStatus, answer: dict[str, str]) -> None:
            self._send(status, "application/json", json.dumps(answer).encode() + b"\n")

        def _send(self, status: HTTPStatus, kind: str, body: bytes) -> None:
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

    return ThreadingHTTPServer(("", port), Handler)


def readiness(dependencies: dict[str, Ping]) -> tuple[HTTPStatus, dict[str, str]]:
    """200 where all answer, else 503, with a word on each."""
    answers = {
        name: "answers" if answers_to(ping) else "doesn't answer"
        for name, ping in dependencies.items()
    }
    if set(answers.values()) <= {"answers"}:
        return HTTPStatus.OK, {"status": "ready", **answers}
    return HTTPStatus.SERVICE_UNAVAILABLE, {"status": "not ready", **answers}


def answers_to(ping: Ping) -> bool:
    """Whether the dependency answers."""
    try:
        ping()
    except Lost:
        return False
    return True

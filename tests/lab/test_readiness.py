import http.server
import os
import socket
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import replace

import pytest

from cloudlab.lab import processes, readiness
from cloudlab.lab.engine import docker
from cloudlab.lab.ports import choose
from cloudlab.lab.spawning import spawn
from cloudlab.lab.state import PartState, ProcessId


@pytest.fixture
def server() -> Iterator[int]:
    class Answers(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(int(self.path.strip("/")))
            self.end_headers()

        def log_message(self, *_: object) -> None:
            return

    one = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Answers)
    threading.Thread(target=one.serve_forever, daemon=True).start()
    yield one.server_port
    one.shutdown()
    one.server_close()


def part(port: int | None, health: str | None, **more: object) -> PartState:
    return PartState("aws", "", "x", "real", port=port, health=health, **more)


def test_an_answer_that_is_no_server_error_is_ready(server):
    assert readiness.ready(part(server, "/200"))
    assert readiness.ready(part(server, "/403"))
    assert not readiness.ready(part(server, "/502"))


def test_who_does_not_answer_in_time_is_silent():
    with socket.create_server(("127.0.0.1", 0)) as mute:
        here = part(mute.getsockname()[1], "/")
        began = time.monotonic()
        assert not readiness.ready(here, timeout=0.1)
        assert time.monotonic() - began < 1
        assert not readiness.wait(here, seconds=0.2)


def test_an_external_part_takes_a_connection(server):
    outside = replace(part(None, None), endpoint=f"http://127.0.0.1:{server}")
    assert readiness.ready(outside)
    assert not readiness.ready(replace(outside, endpoint="http://127.0.0.1:1"))


def test_a_part_without_an_address_is_ready_once_it_was_started():
    assert readiness.ready(part(None, None))


def test_an_answer_may_come_by_a_socket_file(tmp_path):
    file = tmp_path / "socket"
    engine = replace(part(None, "/_ping"), endpoint=f"unix://{file}")
    assert not readiness.ready(engine)
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(file))
        server.listen()
        threading.Thread(target=_answer_once, args=(server,), daemon=True).start()
        assert readiness.ready(engine)
        assert readiness.ready(replace(engine, health=None))


def _answer_once(server: socket.socket) -> None:
    connection, _ = server.accept()
    with connection:
        assert connection.recv(1000).startswith(b"GET /_ping HTTP/1.0")
        connection.sendall(b"HTTP/1.0 200 OK\r\n\r\nOK")


SERVE = """
import http.server, sys
class Answers(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(int(self.path.strip("/")))
        self.end_headers()
http.server.ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Answers).serve_forever()
"""


def test_conditions(server, tmp_path):
    port = choose(20000)
    argv = [sys.executable, "-c", SERVE, str(port)]
    me = spawn("part", argv, os.environ, log=tmp_path / "log", cwd=tmp_path)
    gone = ProcessId(me.pid, me.created - 3600)
    assert readiness.wait(part(port, "/200", processes=[me]), seconds=10)
    was = {"ready_seconds": 0.1}
    assert readiness.condition(part(port, "/200", processes=[me], **was)) == "ready"
    assert readiness.condition(part(port, "/500", processes=[me], **was)) == "silent"
    assert readiness.condition(part(port, "/200", processes=[gone], **was)) == "stopped"
    assert readiness.condition(part(port, "/200", failure="it broke")) == "failed"
    assert readiness.condition(part(port, "/200", processes=[me])) == "starting"
    in_its_place = part(server, "/200", processes=[me], **was)
    assert readiness.condition(in_its_place) == "silent"
    processes.stop([me])


def test_a_part_whose_container_ended_does_not_run(server, monkeypatch):
    """A cluster's API server may answer while one of its nodes is gone."""
    one = part(server, "/200", containers=["c0ffee", "beef"], ready_seconds=1.0)
    monkeypatch.setattr(docker, "ended", lambda ids: [])
    assert readiness.condition(one) == "ready"
    monkeypatch.setattr(docker, "ended", lambda ids: ids[:1])
    assert readiness.condition(one) == "stopped"

"""The small client, against a server that speaks as the cluster's does."""

import json
import ssl
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from cloudlab.lab.cluster.api import Api, Refused, collection, condition

NODE = {"kind": "Node", "metadata": {"name": "one"}}


class Answering(BaseHTTPRequestHandler):
    """Echoes what it's asked; `/missing` isn't there, `/no` is refused."""

    protocol_version = "HTTP/1.1"

    def do_GET(self):
        size = int(self.headers.get("Content-Length") or 0)
        told = {
            "verb": self.command,
            "path": self.path,
            "kind": self.headers.get("Content-Type"),
            "accept": self.headers.get("Accept"),
            "body": json.loads(self.rfile.read(size)) if size else None,
            "items": None,
        }
        status = {"/missing": 404, "/no": 403}.get(self.path, 200)
        answer = json.dumps(told).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    do_POST = do_PATCH = do_DELETE = do_GET

    def log_message(self, *words):
        """Quiet."""


@pytest.fixture
def api(laid):
    server = ThreadingHTTPServer(("127.0.0.1", 0), Answering)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(laid / "apiserver.crt", laid / "apiserver.key")
    context.load_verify_locations(laid / "ca.crt")
    context.verify_mode = ssl.CERT_REQUIRED  # only the lab's own clients
    server.socket = context.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    with Api(server.server_port, laid) as one:
        yield one
    server.shutdown()
    server.server_close()


def test_it_shows_its_certificate_and_reads_the_answer(api):
    assert api.ready()
    assert api.get("/api/v1/nodes", "text/plain")["accept"] == "text/plain"


def test_an_empty_collection_has_no_items(api):
    assert api.items("/api/v1/nodes") == []


def test_apply_says_whose_the_fields_are(api):
    told = api.apply(NODE)
    assert told["verb"] == "PATCH"
    assert told["path"] == "/api/v1/nodes/one?fieldManager=cloudlab&force=true"
    assert (told["kind"], told["body"]) == ("application/apply-patch+yaml", NODE)


def test_create_and_merge(api):
    assert api.create(NODE)["path"] == "/api/v1/nodes"
    assert api.merge("/x", {"a": 1})["kind"] == "application/merge-patch+json"


def test_what_is_gone_may_be_deleted_again_and_a_refusal_is_said(api):
    api.delete("/missing")
    with pytest.raises(Refused, match="403") as refused:
        api.delete("/no")
    assert refused.value.status == 403
    with pytest.raises(Refused):
        api.get("/missing")


def test_nobody_there_is_not_ready(laid):
    with Api(1, laid) as one:
        assert not one.ready()


def test_a_namespaced_thing_lives_in_its_namespace():
    thing = {"kind": "Service", "metadata": {"name": "a", "namespace": "b"}}
    assert collection(thing) == "/api/v1/namespaces/b/services"


def test_a_condition_that_nobody_wrote_is_not_true():
    assert not condition({}, "Ready")
    assert condition({"status": {"conditions": [{"type": "Ready", "status": "True"}]}}, "Ready")

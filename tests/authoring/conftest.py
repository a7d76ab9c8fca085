"""A section to rehearse, and the smallest AWS that it can be rehearsed against."""

from __future__ import annotations

import json
import shutil
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import nbformat
import pytest

import cloudlab
from cloudlab.lab.state import LabState, PartState, save_state
from cloudlab.learning.sections import Section, load_section

PACKAGE = Path(cloudlab.__file__).parent

CHECKS = '''
from cloudlab.learning.checks import check
from cloudlab.learning.outcomes import not_attempted, not_yet, passed


def judge(lab, slug):
    names = lab.aws("dynamodb").list_tables()["TableNames"]
    mine = sorted(name for name in names if name.startswith(slug + "-"))
    if f"{slug}-right" in mine:
        return passed("It is right.")
    if mine:
        return not_yet("wrong", seen=f"There is {mine[0]}.", expected="another.", look="list them.")
    return not_attempted("make a table.")


def register(slug):
    def judged(lab):
        """There is a right table."""
        return judge(lab, slug)

    check(f"stub.{slug}")(judged)


for slug in SLUGS:
    register(slug)


@check("stub.always")
def always(lab):
    """This check is broken: it passes whatever the lab holds."""
    lab.aws("dynamodb").list_tables()
    return passed("Always.")


@check("stub.deaf")
def deaf(lab):
    """This check is broken: it never asks the lab."""
    return passed("It is said.") if lab.answers("stub.deaf") else not_attempted("say it.")
'''

SET_UP = """\
from cloudlab.lab.aws import client


def make(name):
    client("dynamodb").create_table(
        TableName=name,
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
    )
"""


def _cell(source: str, *tags: str, **declared: str) -> Any:
    metadata: dict[str, Any] = {"tags": list(tags)}
    if declared:
        metadata["cloudlab"] = declared
    return nbformat.v4.new_code_cell(source, metadata=metadata)


class _Aws(BaseHTTPRequestHandler):
    """DynamoDB's tables in memory; every other service answers that it holds nothing."""

    tables: set[str]

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        target = self.headers.get("X-Amz-Target", "")
        if target.startswith("DynamoDB"):
            self._answer(self._dynamodb(target.partition(".")[2], json.loads(body)))
        elif "cbor" in self.headers.get("Content-Type", ""):
            self._answer(b"\xa0", "application/cbor")
        elif "json" in self.headers.get("Content-Type", ""):
            self._answer(b"{}")
        else:
            [action] = parse_qs(body.decode()).get("Action", ["Any"])
            self._answer(f"<{action}Response><{action}Result/></{action}Response>".encode())

    def do_GET(self) -> None:
        is_s3 = "/s3/" in self.headers.get("Authorization", "")
        self._answer(b"<Response/>" if is_s3 else b"{}")

    def _dynamodb(self, operation: str, request: dict[str, Any]) -> bytes:
        if operation == "CreateTable":
            self.tables.add(request["TableName"])
        if operation == "DeleteTable":
            self.tables.discard(request["TableName"])
        listed = operation == "ListTables"
        return json.dumps({"TableNames": sorted(self.tables)} if listed else {}).encode()

    def _answer(self, body: bytes, kind: str = "application/json") -> None:
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("smithy-protocol", "rpc-v2-cbor")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing of it belongs in a test's output."""


@pytest.fixture
def aws() -> Iterator[tuple[str, set[str]]]:
    """A server on 127.0.0.1: its address, and the tables that it holds."""
    handler = type("Aws", (_Aws,), {"tables": set(), "protocol_version": "HTTP/1.1"})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}", handler.tables  # type: ignore[attr-defined]
        server.shutdown()


@pytest.fixture
def rehearsed(checkout: Path, aws: tuple[str, set[str]], monkeypatch: pytest.MonkeyPatch) -> Path:
    """A checkout that holds the package too, so that a kernel finds it there; its lab is up."""
    shutil.copytree(PACKAGE, checkout / "cloudlab", dirs_exist_ok=True)
    monkeypatch.setenv("PYTHONPATH", str(checkout))
    part = PartState(
        name="aws",
        title="AWS",
        backend="stub",
        fidelity="emulated",
        need="aws",
        endpoint=aws[0],
        ready_seconds=0.1,
    )
    save_state(LabState(parts={"aws": part}))
    return checkout


def manifest(slugs: list[str]) -> str:
    exercises = "".join(
        f'[[exercises]]\nname = "{slug}"\ntitle = "{slug}"\nobjective = "o"\ncore = true\n'
        'minutes = 1\nfirst_hint = { default = "d" }\nhints = ["h"]\n'
        for slug in slugs
    )
    return (
        'title = "Stub"\nminutes = 5\nnotebook = "91-stub.ipynb"\nparts = ["aws"]\n'
        f'[objectives]\no = "Objective."\n{exercises}'
    )


class Author:
    """Writes a section into the checkout: exercises, their cells, their misconceptions."""

    def __init__(self, checkout: Path) -> None:
        self.checkout = checkout
        self.room = checkout / "labs" / "stub"
        self.room.mkdir()

    cell = staticmethod(_cell)

    @staticmethod
    def region(solved: str, stub: str) -> str:
        """A solution, and what the learner gets in its place."""
        return f"### BEGIN SOLUTION\n### STUB {stub}\n{solved}\n### END SOLUTION"

    @staticmethod
    def checked(slug: str) -> Any:
        return _cell(f'check("stub.{slug}")')

    def misconception(self, slug: str, name: str, source: str, says: str) -> None:
        folder = self.room / "misconceptions" / slug
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{name}.py").write_text(f"#| expect: not yet\n#| says: {says}\n{source}\n")

    def section(self, slugs: list[str], cells: list[Any]) -> Section:
        (self.room / "section.toml").write_text(manifest(slugs))
        judged = [slug for slug in slugs if slug not in ("always", "deaf")]
        (self.room / "checks.py").write_text(f"SLUGS = {judged!r}\n{CHECKS}")
        first = [_cell('from cloudlab import *\nconnect("stub")'), _cell(SET_UP, "setup")]
        notebook = nbformat.v4.new_notebook(cells=[*first, *cells, _cell('clean_up("stub")')])
        nbformat.write(notebook, self.checkout / "notebooks" / "solutions" / "91-stub.ipynb")
        return load_section("stub")


@pytest.fixture
def author(rehearsed: Path) -> Author:
    return Author(rehearsed)

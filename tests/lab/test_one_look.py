"""What is asked twice in one look is sent once, and nothing is remembered beyond it."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar

import pytest
from botocore.exceptions import ClientError

from cloudlab.lab import aws
from cloudlab.lab.one_look import one_look


class Tables(BaseHTTPRequestHandler):
    """DynamoDB: counts what it's asked, and answers with the count."""

    asked: ClassVar[list[str]] = []

    def do_POST(self) -> None:
        operation = self.headers["X-Amz-Target"].partition(".")[2]
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        self.asked.append(operation)
        refused = "refused" in body
        answer = {"TableNames": [f"table-{len(self.asked)}"], "__type": "ResourceNotFoundException"}
        self.send_response(400 if refused else 200)
        self.end_headers()
        self.wfile.write(json.dumps(answer).encode())

    def log_message(self, *_: Any) -> None:
        """Nobody reads it."""


@pytest.fixture
def endpoint() -> Iterator[str]:
    """Where a DynamoDB answers that counts."""
    Tables.asked = []
    with ThreadingHTTPServer(("127.0.0.1", 0), Tables) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.fixture
def tables(endpoint: str) -> Any:
    return aws.client("dynamodb", endpoint=endpoint)


def first(answer: dict[str, Any]) -> str:
    return str(answer["TableNames"][0])


def test_a_question_is_sent_once_in_a_look(tables: Any) -> None:
    with one_look():
        pages = tables.get_paginator("list_tables").paginate()
        assert [first(page) for page in pages] == ["table-1"]
        assert first(tables.list_tables()) == "table-1"
    assert Tables.asked == ["ListTables"]


def test_another_look_asks_anew_and_so_does_who_does_not_look(tables: Any) -> None:
    with one_look():
        tables.list_tables()
    with one_look():
        assert first(tables.list_tables()) == "table-2"
    assert first(tables.list_tables()) == "table-3"
    assert first(tables.list_tables()) == "table-4"


def test_another_question_is_another_one(tables: Any) -> None:
    with one_look():
        assert first(tables.list_tables(Limit=1)) != first(tables.list_tables(Limit=2))
        tables.describe_table(TableName="a")
    assert Tables.asked == ["ListTables", "ListTables", "DescribeTable"]


def test_another_endpoint_is_another_cloud(tables: Any, endpoint: str) -> None:
    other = aws.client("dynamodb", endpoint=endpoint.replace("127.0.0.1", "localhost"))
    with one_look():
        assert first(tables.list_tables()) != first(other.list_tables())


def test_after_a_change_all_is_asked_anew(tables: Any) -> None:
    with one_look():
        tables.list_tables()
        tables.delete_table(TableName="a")
        assert first(tables.list_tables()) == "table-3"


def test_a_refusal_is_an_answer(tables: Any) -> None:
    with one_look():
        for _ in range(2):
            with pytest.raises(ClientError, match="ResourceNotFound"):
                tables.describe_table(TableName="refused")
    assert Tables.asked == ["DescribeTable"]


def test_a_look_that_breaks_off_is_over(tables: Any) -> None:
    with pytest.raises(ClientError), one_look():
        tables.describe_table(TableName="refused")
    assert first(tables.list_tables()) != first(tables.list_tables())

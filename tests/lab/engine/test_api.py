"""Calls of an engine's API, and what comes of them."""

import pytest

from cloudlab.lab.engine.api import EngineRefused, EngineSilent, ask, labelled


def test_an_answer_is_read_as_json_and_none_may_be_empty(fake_engine):
    engine = fake_engine()
    engine.answers["POST /containers/one/kill"] = b""
    assert ask(engine.endpoint, "GET", "/version")["Version"] == "20.10.24"
    assert ask(engine.endpoint, "POST", "/containers/one/kill") is None
    assert engine.asked == ["GET /version", "POST /containers/one/kill"]


def test_a_no_is_quoted(fake_engine):
    with pytest.raises(EngineRefused, match="DELETE /volumes/x: no such thing"):
        ask(fake_engine().endpoint, "DELETE", "/volumes/x")


@pytest.mark.parametrize("endpoint", ["unix:///nowhere/docker.sock", "tcp://127.0.0.1:1"])
def test_where_nobody_answers_it_is_said_at_which_address(endpoint):
    with pytest.raises(EngineSilent, match=endpoint):
        ask(endpoint, "GET", "/version")


def test_an_answer_that_is_no_engines_is_none(fake_engine):
    engine = fake_engine()
    engine.answers["GET /version"] = b"<html>"
    with pytest.raises(EngineSilent):
        ask(engine.endpoint, "GET", "/version")


def test_a_label_is_asked_for_as_the_api_wants_it():
    assert labelled("a.b") == "filters=%7B%22label%22%3A%20%5B%22a.b%22%5D%7D"

"""`trace` and `diagram` look at the connected section's network, and at no other."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import EndpointConnectionError

from cloudlab.lab.errors import Unreachable
from cloudlab.learning import networks
from cloudlab.learning.errors import NotConnected
from cloudlab.learning.network import Network
from cloudlab.learning.networks import diagram, trace
from cloudlab.learning.sections import Section


def test_the_network_is_that_of_the_sections_tag(
    connected: Section, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[Any] = []

    def read(client: Any, *, tags: dict[str, str]) -> Network:
        asked.append(tags)
        return Network()

    monkeypatch.setattr(networks, "read_network", read)
    diagram()
    assert asked == [{"Section": "fake"}]


def test_before_connect_there_is_no_network(section: Section) -> None:
    with pytest.raises(NotConnected):
        diagram()
    with pytest.raises(NotConnected):
        trace("internet", "web:80")


def test_a_lab_that_does_not_answer_is_said_in_words(
    connected: Section, monkeypatch: pytest.MonkeyPatch
) -> None:
    def read(client: Any, **given: Any) -> Network:
        raise EndpointConnectionError(endpoint_url="http://127.0.0.1:1")

    monkeypatch.setattr(networks, "read_network", read)
    with pytest.raises(Unreachable, match="cloudlab up"):
        trace("internet", "web:80")

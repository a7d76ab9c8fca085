"""Publishing: ways into a container of kinds that no misconception file lists."""

from __future__ import annotations

from typing import Any

import pytest

from cloudlab.learning.outcomes import Kind

from .conftest import Box, Judge, says

WEB = [{"HostIp": "127.0.0.1", "HostPort": "8080"}]
HEAD = "  sl  local_address rem_address   st tx_queue rx_queue\n"


def listens(*addresses: str) -> dict[str, str]:
    """The kernel's table of a container in which somebody listens on these."""
    lines = (f"   0: {one} 00000000:0000 0A 00000000:00000000\n" for one in addresses)
    return {"/proc/net/tcp": HEAD + "".join(lines)}


def hello(**settings: Any) -> Box:
    given = {"ports": {"3000/tcp": WEB}, "says": listens("00000000:0BB8"), **settings}
    return Box("containers-hello", image="containers/hello", **given)


def test_a_page_behind_a_published_port_passes(judge: Judge) -> None:
    outcome = judge("publish", hello(), web={":8080/": says()})
    assert (outcome.passed, outcome.shows) == (True, "inside")


@pytest.mark.parametrize(
    "addresses",
    [
        ("00000000000000000000000000000000:0BB8",),
        ("0100007F:0BB8", "020011AC:0BB8"),
        ("0B00007F:9C40", "00000000:0BB8"),
    ],
)
def test_one_address_that_others_reach_is_enough(judge: Judge, addresses: tuple[str, ...]) -> None:
    assert judge("publish", hello(says=listens(*addresses)), web={":8080/": says()}).passed


@pytest.mark.parametrize(
    "address",
    [
        "0100007F:0BB8",
        "00000000000000000000000001000000:0BB8",
        "0000000000000000FFFF00000100007F:0BB8",
    ],
)
def test_a_loopback_is_one_in_every_notation(judge: Judge, address: str) -> None:
    assert judge("publish", hello(says=listens(address))).code == "loopback"


@pytest.mark.parametrize(
    ("settings", "code"),
    [
        ({"ports": {}}, "unpublished"),
        ({"ports": {}, "host": {"NetworkMode": "host"}}, "no-wall"),
        ({"ports": {}, "host": {"PublishAllPorts": True}}, "other-port"),
        ({"ports": {"3000/tcp": [{"HostIp": "", "HostPort": "9999"}]}}, "other-port"),
        ({"ports": {"8080/tcp": WEB}}, "other-target"),
        ({"state": "exited"}, "stopped"),
    ],
)
def test_a_way_that_does_not_lead_there_is_told_why(
    judge: Judge, settings: dict[str, Any], code: str
) -> None:
    assert judge("publish", hello(**settings)).code == code


def test_an_error_of_the_page_is_no_pass(judge: Judge) -> None:
    assert judge("publish", hello(), web={":8080/": says(500)}).code == "other-answer"


def test_a_page_that_still_starts_is_waited_for(judge: Judge) -> None:
    assert judge("publish", hello()).kind is Kind.SETTLING
    assert judge("publish", hello(says=listens())).kind is Kind.SETTLING


def test_the_newest_container_counts(judge: Judge) -> None:
    other = Box("containers-older", image="containers/hello:latest", state="exited")
    assert judge("publish", other, hello(), web={":8080/": says()}).passed


def test_other_images_are_no_try(judge: Judge) -> None:
    assert judge("publish", Box("containers-web")).kind is Kind.NOT_ATTEMPTED

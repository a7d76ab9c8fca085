"""A stack's picture: containers, how they are, and what they're tied to."""

from __future__ import annotations

from typing import Any

import pytest

from cloudlab.lab.holdings import Label, Thing
from cloudlab.learning.stack import read, read_stack

ANONYMOUS = "0f" * 32


def listed(name: str, image: str) -> dict[str, Any]:
    return {"Id": f"id-{name}", "Names": [f"/{name}"], "Image": image}


def details(status: str = "running", **more: Any) -> dict[str, Any]:
    state = {"Status": status, "ExitCode": more.pop("code", 0)}
    if health := more.pop("health", ""):
        state["Health"] = {"Status": health}
    networks = {name: {} for name in more.pop("networks", [])}
    ports = more.pop("ports", None)
    return {
        "State": state,
        "NetworkSettings": {"Networks": networks, "Ports": ports},
        "Mounts": more.pop("mounts", []),
    }


class Engine:
    """Two containers of the section's, one of nobody's."""

    def containers(self, all: bool) -> list[dict[str, Any]]:
        return [listed("web-db-1", "postgres"), listed("web-app-1", "web/app"), listed("x", "y")]

    def inspect_container(self, id_: str) -> dict[str, Any]:
        published = [{"HostIp": "127.0.0.1", "HostPort": "8080"}]
        volume = {"Type": "volume", "Name": "web_data", "Destination": "/data"}
        other = {"Type": "volume", "Name": ANONYMOUS, "Destination": "/tmp"}
        bound = {"Type": "bind", "Source": "/x", "Destination": "/etc/x"}
        return {
            "id-web-app-1": details(
                health="healthy", networks=["web_front"], ports={"80/tcp": published, "9/tcp": None}
            ),
            "id-web-db-1": details("exited", code=137, mounts=[volume, other, bound]),
        }[id_]


@pytest.fixture
def engine(monkeypatch: pytest.MonkeyPatch) -> Engine:
    names = ["web-app-1", "web-db-1", "other-1"]
    owners = {Thing("container", one): Label("", one) for one in names}
    monkeypatch.setattr(read.holdings, "inventory", lambda: {"container": names})
    monkeypatch.setattr(read.holdings, "labels", lambda found: owners)
    return Engine()


def test_containers_say_how_they_are_and_what_they_use(engine: Engine) -> None:
    assert read_stack("web", engine).draw().text.splitlines() == [
        "container web-app-1: web/app, healthy; is in network web_front",
        "this machine: 127.0.0.1:8080 leads to 80 of container web-app-1",
        "network web_front",
        "container web-db-1: postgres, exited (137); keeps /data in volume web_data; "
        "keeps /tmp in volume without a name",
        "volume web_data",
        "volume without a name",
    ]


def test_what_is_wrong_is_drawn_so(engine: Engine) -> None:
    drawn = read_stack("web", engine).draw().mermaid
    assert 'n1["container web-app-1<br/>web/app, healthy"]' in drawn
    assert "class n1 good" in drawn
    assert "class n4 bad" in drawn


def test_another_sections_containers_are_not_drawn(engine: Engine) -> None:
    assert read_stack("shop", engine).draw().text.startswith("There is nothing yet")

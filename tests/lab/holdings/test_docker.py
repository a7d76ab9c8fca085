"""The engine's holdings: what says whose it is is seen and goes; the learner's own is invisible."""

from __future__ import annotations

import io
import tarfile
import uuid
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest

from cloudlab.lab.engine import client as docker_client
from cloudlab.lab.engine import engines
from cloudlab.lab.errors import Unreachable
from cloudlab.lab.holdings import Label, Thing
from cloudlab.lab.holdings import docker as holdings
from cloudlab.lab.holdings.docker import HOLDINGS

SECTION, PROJECT = "cloudlab.section", "com.docker.compose.project"


def container(name: str, image: str = "node:24", **labels: str) -> dict[str, Any]:
    return {"Names": [f"/{name}"], "Image": image, "Labels": labels}


def image(*tags: str, id_: str = "sha256:1", **labels: str) -> dict[str, Any]:
    return {"RepoTags": list(tags), "Id": id_, "Labels": labels}


def named(name: str, **labels: str) -> dict[str, Any]:
    return {"Name": name, "Labels": labels or None}


class Engine:
    """An engine with a day's work of the learner's in it, and two sections'."""

    def __init__(self) -> None:
        self.removed: list[str] = []

    def containers(self, all: bool) -> list[dict[str, Any]]:
        return [
            container("web-1"),
            container("happy_turing", "web/app:1"),
            container("x", **{SECTION: "web"}),
            container("y", **{PROJECT: "other"}),
            container("website"),
            container("theirs", **{PROJECT: "shop"}),
            container("web-control-plane", **{"io.x-k8s.kind.cluster": "web"}),
        ]

    def networks(self) -> list[dict[str, Any]]:
        return [named("bridge"), named("web_default", **{PROJECT: "web"})]

    def volumes(self) -> dict[str, Any]:
        return {"Volumes": [named("0f" * 32), named("web_data"), named("z", **{SECTION: "other"})]}

    def images(self) -> list[dict[str, Any]]:
        return [
            image("node:24"),
            image("cloudlab/node:abc"),
            image("web/app:1", "web/app:2"),
            image("localhost/web/api:1"),
            image("named:1", **{SECTION: "web"}),
            image(id_="sha256:2", **{SECTION: "web"}),
            image("<none>:<none>", id_="sha256:3"),
        ]

    def remove_container(self, name: str, force: bool, v: bool) -> None:
        from docker.errors import APIError, NotFound

        if name == "gone":
            raise NotFound("no such container")
        if name == "held":
            raise APIError("409", explanation="removal is in progress")
        self.removed.append(name)


@pytest.fixture
def engine(monkeypatch: pytest.MonkeyPatch) -> Engine:
    engine = Engine()
    monkeypatch.setattr(holdings, "client", lambda **_: SimpleNamespace(api=engine))
    monkeypatch.setattr(holdings.rooms, "sections", lambda: ["other", "web"])
    return engine


def test_only_what_says_whose_it_is_is_held(engine: Engine) -> None:
    assert holdings.inventory() == {
        "container": ["happy_turing", "web-1", "x", "y"],
        "network": ["web_default"],
        "volume": ["web_data", "z"],
        "image": ["localhost/web/api:1", "named:1", "sha256:2", "web/app:1", "web/app:2"],
    }


def test_each_thing_tells_its_section(engine: Engine) -> None:
    found = {"container": ["web-1", "y"], "volume": ["z"]}
    assert holdings.labels(found) == {
        Thing("container", "web-1"): Label("web", "web-1"),
        Thing("container", "y"): Label("other", "y"),
        Thing("volume", "z"): Label("other", "z"),
    }
    assert HOLDINGS.shared(), "the engine may be the learner's own"


def test_what_went_already_is_no_problem_and_what_is_held_is_named(engine: Engine) -> None:
    things = [Thing("container", name) for name in ("gone", "held", "a")]
    assert holdings.remove(things) == {things[1]: "removal is in progress"}
    assert engine.removed == ["a"]


def test_an_engine_that_is_down_is_the_labs_fault(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Any
) -> None:
    monkeypatch.setenv("DOCKER_HOST", f"unix://{tmp_path}/no.sock")
    with pytest.raises(Unreachable, match="'containers'"):
        holdings.inventory()


# On a live engine


@pytest.fixture
def name(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A section that nothing else on the engine belongs to; it's swept, whatever the test did."""
    name = f"t{uuid.uuid4().hex[:8]}"
    monkeypatch.setattr(holdings.rooms, "sections", lambda: [name])
    engine = engines.find()
    if engine is None:
        pytest.skip("no container engine answers on this machine")
    monkeypatch.setenv("DOCKER_HOST", engine.endpoint)
    yield name
    found = holdings.inventory()
    holdings.remove([Thing(kind, one) for kind in HOLDINGS.kinds for one in found.get(kind, [])])


def import_image(name: str) -> str:
    """An image of nothing, with two tags; one of them."""
    packed = io.BytesIO()
    tarfile.open(fileobj=packed, mode="w").close()
    api = docker_client.client().api
    api.import_image_from_data(packed.getvalue(), repository=f"{name}/app", tag="1")
    api.tag(f"{name}/app:1", f"{name}/app", "2")
    return f"{name}/app:1"


@pytest.mark.lab
def test_one_of_every_kind_is_made_and_all_of_it_goes(name: str) -> None:
    engine, mark = docker_client.client(), {SECTION: name}
    tag = import_image(name)
    engine.networks.create("n-" + name, labels=mark)
    engine.volumes.create(f"{name}_data")
    mounts = {f"{name}_data": {"bind": "/data", "mode": "rw"}}
    one = engine.containers.create(tag, "/x", volumes=mounts, network="n-" + name)
    made = holdings.inventory()
    assert made == {
        "container": [one.name],
        "network": ["n-" + name],
        "volume": [f"{name}_data"],
        "image": [tag, f"{name}/app:2"],
    }
    things = [Thing(kind, id_) for kind in HOLDINGS.kinds for id_ in made[kind]]
    assert holdings.remove(list(reversed(things))), "a volume stays while a container has it"
    assert holdings.remove(things) == {}, "what has gone already is no problem"
    assert holdings.inventory() == {}

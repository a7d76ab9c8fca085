import json
import os
import threading
from pathlib import Path

import pytest

from cloudlab.lab.errors import DownloadCorrupt, ToolMissing, UsageError
from cloudlab.lab.tools import building, download, finding


@pytest.fixture(autouse=True)
def own_places(monkeypatch, tmp_path):
    monkeypatch.setenv("LAB_STATE_DIR", str(tmp_path / "lab"))
    monkeypatch.setenv("LAB_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("PATH", "/nowhere")


def program(folder: Path, version: str) -> Path:
    """A `terraform` that says this of itself, and counts how often it was asked."""
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / "terraform"
    said = json.dumps({"terraform_version": version})
    file.write_text(f"#!/bin/sh\necho asked >>{folder}/asked\necho '{said}'\n")
    file.chmod(0o755)
    return file


def test_the_table_pins_a_checksum_for_every_system():
    """Or a Go set, for a system whose checksum nobody could confirm."""
    systems = {f"{name}_{arch}" for name in ("linux", "darwin") for arch in ("amd64", "arm64")}
    for name, row in finding.table().items():
        pinned = set(row.get("sha256", {}))
        assert pinned <= systems
        assert pinned == systems or "set" in row or "release" not in row, name
        assert all(len(bytes.fromhex(one)) == 32 for one in row.get("sha256", {}).values())
        assert not pinned or row["url"].startswith("https://")
        assert not {"at_least", "release"} <= set(row) or finding.usable(row["release"], row), name


def test_a_set_that_a_row_names_builds_its_program():
    for name, row in finding.table().items():
        if "set" in row:
            assert name in building.go_set(row["set"]).packages
            assert finding.source_to_be(name) in ("download", "build")


def test_path_is_used_at_a_usable_version(tmp_path, monkeypatch):
    program(tmp_path / "old", "1.4.9")
    program(tmp_path / "major", "2.0.1")
    good = program(tmp_path / "good", "1.12.0")
    folders = [tmp_path / one for one in ("old", "major", "empty", "good")]
    monkeypatch.setenv("PATH", os.pathsep.join(map(str, folders)))
    found = finding.find_tool("terraform")
    assert (found.path, found.version, found.source) == (good, "1.12.0", "PATH")


def test_a_version_is_asked_once_until_the_file_changes(tmp_path, monkeypatch):
    file = program(tmp_path / "good", "1.12.0")
    monkeypatch.setenv("PATH", str(tmp_path / "good"))
    for _ in range(3):
        finding.find_tool("terraform")
    assert (tmp_path / "good" / "asked").read_text() == "asked\n"
    program(tmp_path / "good", "1.13.55")
    assert finding.find_tool("terraform").version == "1.13.55"
    assert file.exists()


def test_a_program_that_breaks_is_passed_over(tmp_path, monkeypatch):
    file = program(tmp_path / "broken", "1.12.0")
    file.write_text("#!/bin/sh\nexit 1\n")
    monkeypatch.setenv("PATH", str(tmp_path / "broken"))
    assert finding.on_path("terraform") is None


def test_what_was_found_is_linked_and_not_found_again_as_itself(tmp_path, monkeypatch):
    file = program(tmp_path / "good", "1.12.0")
    monkeypatch.setenv("PATH", f"{tmp_path}/lab/bin:{tmp_path}/good")
    for _ in range(2):
        assert finding.link_tools(["terraform"])["terraform"].path == file
    assert (tmp_path / "lab" / "bin" / "terraform").readlink() == file


def test_the_release_downloaded_before_is_used(monkeypatch):
    row = finding.table()["terraform"]
    binary = finding._release_folder("terraform", row) / "terraform"
    binary.parent.mkdir(parents=True)
    binary.touch()
    assert finding.find_tool("terraform").source == "release"


def test_a_system_without_a_pin_is_told_what_to_install(monkeypatch):
    monkeypatch.setattr(finding, "system_name", lambda: "plan9_mips")
    with pytest.raises(ToolMissing, match="no release is pinned for plan9_mips"):
        finding.find_tool("terraform")


OF_A_PUBLISHER = {
    "at_least": "1.0.0",
    "below": "2.0.0",
    "version_command": ["version", "--short"],
    "version_pattern": r"v?([\d.]+)",
    "release": "1.2.3",
    "url": "https://publisher.example/v{release}/{os}-{arch}{system}",
    "member": "it-{os}-{arch}/it",
    "names": {"amd64": "x86_64"},
    "sha256": {"linux_amd64": "aa" * 32},
    "set": "compose",
}


@pytest.fixture
def row(monkeypatch) -> dict[str, object]:
    """A table of one tool, `it`, on a system that has a pin."""
    one = dict(OF_A_PUBLISHER)
    monkeypatch.setattr(finding, "table", lambda: {"it": one})
    monkeypatch.setattr(finding, "system_name", lambda: "linux_amd64")
    return one


@pytest.fixture
def built(monkeypatch, tmp_path) -> list[str]:
    """The sets that were built."""
    done: list[str] = []

    def build(name: str, say: object, cancelled: threading.Event) -> Path:
        done.append(name)
        return tmp_path / "set"

    monkeypatch.setattr(building, "build", build)
    return done


def test_a_publishers_words_for_a_system_are_the_rows(row, monkeypatch):
    asked: list[tuple[str, str, str | None]] = []
    monkeypatch.setattr(
        download,
        "fetch_member",
        lambda url, digest, member, *_: asked.append((url, digest, member)),
    )
    assert finding.find_tool("it").source == "release"
    url = "https://publisher.example/v1.2.3/linux-x86_64linux_amd64"
    assert asked == [(url, "aa" * 32, "it-linux-x86_64/it")]


def test_where_no_publisher_answers_it_is_built(row, built, monkeypatch, tmp_path):
    def refuse(*_: object) -> None:
        raise ToolMissing("can't download", "connect")

    monkeypatch.setattr(download, "fetch_member", refuse)
    found = finding.find_tool("it")
    assert (found.path, found.source, built) == (tmp_path / "set" / "it", "built", ["compose"])
    del row["set"]
    with pytest.raises(ToolMissing, match="can't download"):
        finding.find_tool("it")


def test_a_changed_download_is_no_reason_to_build(row, built, monkeypatch):
    def changed(*_: object) -> None:
        raise DownloadCorrupt("another checksum", "try again")

    monkeypatch.setattr(download, "fetch_member", changed)
    with pytest.raises(DownloadCorrupt):
        finding.find_tool("it")
    assert built == []


def test_a_system_without_a_pin_builds(row, built, monkeypatch):
    monkeypatch.setattr(finding, "system_name", lambda: "darwin_arm64")
    assert finding.find_tool("it").source == "built"


def test_what_must_fit_together_is_never_taken_from_path(row, monkeypatch, tmp_path):
    (tmp_path / "it").write_text("#!/bin/sh\necho v1.5.0\n")
    (tmp_path / "it").chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert finding.on_path("it").version == "1.5.0"
    del row["at_least"]
    assert finding.on_path("it") is None


def test_a_plugin_is_found_where_docker_keeps_it(row, monkeypatch, tmp_path):
    folder = tmp_path / ".docker" / "cli-plugins"
    folder.mkdir(parents=True)
    (folder / "it").write_text("#!/bin/sh\necho 1.5.0\n")
    (folder / "it").chmod(0o755)
    monkeypatch.setenv("HOME", str(tmp_path))
    assert finding.on_path("it") is None
    row["plugin"] = True
    assert finding.on_path("it").path == folder / "it"


def test_a_version_may_lie_deep_in_what_a_program_says():
    said = json.dumps({"clientVersion": {"gitVersion": "v1.36.1"}})
    assert finding._version_in(said, {"version_key": "clientVersion.gitVersion"}) == "1.36.1"


def test_an_unknown_tool_lists_the_known():
    with pytest.raises(UsageError, match="no tool is called 'ansible'"):
        finding.find_tool("ansible")

from pathlib import Path

import pytest

from cloudlab.lab.errors import Unwritable
from cloudlab.lab.paths import paths, private_folder, write_private


def test_folders_come_from_the_environment(monkeypatch, tmp_path):
    for variable in ("LAB_STATE_DIR", "LAB_WORK_DIR", "LAB_DATA_DIR", "LAB_CACHE"):
        monkeypatch.setenv(variable, str(tmp_path / variable))
    found = paths()
    assert [found.state, found.work, found.data, found.cache] == [
        tmp_path / v for v in ("LAB_STATE_DIR", "LAB_WORK_DIR", "LAB_DATA_DIR", "LAB_CACHE")
    ]


def test_defaults_stand_in_the_checkout(monkeypatch):
    monkeypatch.delenv("LAB_STATE_DIR")
    monkeypatch.delenv("LAB_WORK_DIR")
    found = paths()
    assert (found.root / "pyproject.toml").exists()
    assert (found.state, found.work) == (found.root / ".lab", found.root / "work")


def test_a_link_and_its_target_are_one_lab(monkeypatch, tmp_path):
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "real")
    monkeypatch.setenv("LAB_STATE_DIR", str(tmp_path / "link"))
    assert paths().state == tmp_path / "real"


def test_what_is_written_is_the_users_alone(tmp_path):
    file = write_private(tmp_path / "deep" / "token", "secret")
    assert file.read_text() == "secret"
    assert (file.stat().st_mode & 0o777, file.parent.stat().st_mode & 0o777) == (0o600, 0o700)


def test_a_folder_that_cannot_be_made_is_said_in_words(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(Unwritable, match=r"cannot write .*file/inside: not a directory"):
        private_folder(tmp_path / "file" / "inside")


def test_a_full_disk_is_said_in_words_and_leaves_the_old_file(tmp_path, monkeypatch):
    file = write_private(tmp_path / "state.json", "old")

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(Unwritable, match="no space left on device") as caught:
        write_private(file, "new")
    assert "make room" in caught.value.todo
    assert [one.name for one in tmp_path.iterdir()] == ["state.json"]
    assert file.read_text() == "old"

"""A toolchain out of a wheel: what is wanted of it, executable where it was, by its checksum."""

from __future__ import annotations

import hashlib
import zipfile
from pathlib import Path

import pytest

from cloudlab.lab.errors import DownloadCorrupt
from cloudlab.lab.images import wheels
from cloudlab.lab.images.table import Wheel

FILES = {
    "pkg/bin/node": 0o100755,
    "pkg/include/node.h": 0o100644,
    "pkg/lib/npm/index.js": 0o100644,
    "pkg.dist-info/RECORD": 0o100644,
}


@pytest.fixture
def wheel(tmp_path, monkeypatch) -> Wheel:
    """A wheel that is served without a network."""
    file = tmp_path / "served.whl"
    with zipfile.ZipFile(file, "w") as packed:
        for name, mode in FILES.items():
            info = zipfile.ZipInfo(name)
            info.external_attr = mode << 16
            packed.writestr(info, name)
    monkeypatch.setattr(
        "cloudlab.lab.tools.download._stream",
        lambda url, target, progress: target.write_bytes(file.read_bytes()),
    )
    digest = hashlib.sha256(file.read_bytes()).hexdigest()
    return Wheel("https://example.org/a.whl", digest, "pkg", ("bin/node", "lib/"))


def test_what_is_wanted_is_unpacked_and_keeps_its_mode(wheel, tmp_path):
    folder = tmp_path / "context" / "wheel"
    folder.parent.mkdir()
    wheels.unpack(wheel, folder, lambda done, size: None)
    found = {
        file.relative_to(folder).as_posix(): file.stat().st_mode & 0o777
        for file in folder.rglob("*")
        if file.is_file()
    }
    assert found == {"bin/node": 0o755, "lib/npm/index.js": 0o644}
    assert [one.name for one in folder.parent.iterdir()] == ["wheel"]


def test_another_wheel_than_the_pinned_one_is_not_unpacked(wheel, tmp_path):
    forged = Wheel(wheel.url, "0" * 64, wheel.inner, wheel.only)
    with pytest.raises(DownloadCorrupt):
        wheels.unpack(forged, Path(tmp_path / "wheel"), lambda done, size: None)
    assert [one.name for one in tmp_path.iterdir()] == ["served.whl"]

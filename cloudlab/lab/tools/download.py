"""Downloading a pinned release: nothing of it is unpacked or run before its checksum is right."""

import hashlib
import os
import shutil
import ssl
import tarfile
import tempfile
import zipfile
from collections.abc import Callable
from pathlib import Path

from cloudlab.lab.errors import DownloadCorrupt, ToolMissing, Unwritable
from cloudlab.lab.paths import private_folder


def fetch_member(
    url: str,
    sha256: str,
    member: str | None,
    target: Path,
    progress: Callable[[int, int | None], None] | None = None,
) -> None:
    """Download the archive, compare its SHA-256, put `member` of it at `target`, executable.

    Where `member` is None, the download is the program itself.
    """
    private_folder(target.parent)
    try:
        with tempfile.TemporaryDirectory(dir=target.parent) as scratch:
            archive = Path(scratch, "download")
            _stream(url, archive, progress)
            verify(archive, sha256, url)
            binary = _member(archive, member, Path(scratch)) if member else archive
            binary.chmod(0o755)
            os.replace(binary, target)
    except OSError as error:
        raise Unwritable.because(target, error) from error


def fetch_archive(
    url: str,
    sha256: str,
    target: Path,
    progress: Callable[[int, int | None], None] | None = None,
) -> None:
    """Download the file whole, or not at all, and compare its SHA-256."""
    draft = target.with_name(f"{target.name}.new")
    try:
        _stream(url, draft, progress)
        verify(draft, sha256, url)
        draft.replace(target)
    except OSError as error:
        raise Unwritable.because(target, error) from error
    finally:
        draft.unlink(missing_ok=True)


def _member(archive: Path, member: str, folder: Path) -> Path:
    """One file of a zip or a tar, unpacked into the folder."""
    if zipfile.is_zipfile(archive):
        with zipfile.ZipFile(archive) as packed:
            return Path(packed.extract(member, folder))
    target = folder / "member"
    with tarfile.open(archive) as bundle, target.open("wb") as file:
        found = bundle.extractfile(member)
        assert found, f"{member} is no file"
        shutil.copyfileobj(found, file)
    return target


def verify(archive: Path, sha256: str, url: str) -> None:
    """Raise `DownloadCorrupt` unless the file has that SHA-256."""
    with archive.open("rb") as file:
        found = hashlib.file_digest(file, "sha256").hexdigest()
    if found != sha256:
        raise DownloadCorrupt(
            f"{url} has the checksum {found}, not the pinned {sha256}; it was thrown away unrun",
            "try again; if it stays so, something between you and the publisher changes the file",
        )


def _stream(url: str, target: Path, progress: Callable[[int, int | None], None] | None) -> None:
    """Download to the file, saying how far it is."""
    import httpx  # slow to import, and seldom needed

    try:
        with httpx.stream(
            "GET", url, follow_redirects=True, timeout=20, verify=_trusted()
        ) as reply:
            reply.raise_for_status()
            size = int(reply.headers.get("content-length", 0)) or None
            done = 0
            with target.open("wb") as file:
                for chunk in reply.iter_bytes():
                    file.write(chunk)
                    done += len(chunk)
                    if progress:
                        progress(done, size)
    except httpx.HTTPError as error:
        raise ToolMissing(
            f"can't download {url}: {error or type(error).__name__}",
            "connect and run `cloudlab up` again, or install the program yourself",
        ) from error


def _trusted() -> ssl.SSLContext:
    """The usual authorities, and those of this machine: a company signs with its own."""
    import certifi

    context = ssl.create_default_context(cafile=certifi.where())
    context.load_default_certs()
    return context

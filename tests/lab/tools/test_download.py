import hashlib
import http.server
import io
import shutil
import tarfile
import threading
import zipfile
from collections.abc import Iterator

import pytest

from cloudlab.lab.errors import DownloadCorrupt, ToolMissing, Unwritable
from cloudlab.lab.tools import download
from cloudlab.lab.tools.download import fetch_member

ARCHIVE = io.BytesIO()
with zipfile.ZipFile(ARCHIVE, "w") as _packed:
    _packed.writestr("terraform", "#!/bin/sh\necho hello\n")
GOOD = hashlib.sha256(ARCHIVE.getvalue()).hexdigest()


@pytest.fixture
def release() -> Iterator[str]:
    """A publisher on loopback."""

    class Publisher(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            found = self.path == "/terraform.zip"
            self.send_response(200 if found else 404)
            body = ARCHIVE.getvalue() if found else b""
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            return

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Publisher)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/terraform.zip"
    server.shutdown()
    server.server_close()


def test_a_release_is_unpacked_executable_and_its_progress_told(release, tmp_path):
    told: list[tuple[int, int | None]] = []
    target = tmp_path / "tools" / "terraform"
    fetch_member(release, GOOD, "terraform", target, lambda *so_far: told.append(so_far))
    assert target.read_text().endswith("echo hello\n")
    assert target.stat().st_mode & 0o111
    assert told[-1] == (len(ARCHIVE.getvalue()), len(ARCHIVE.getvalue()))
    assert [one.name for one in target.parent.iterdir()] == ["terraform"]


@pytest.mark.parametrize(
    ("make", "member"), [("tar", "it-1.2/bin/it"), ("alone", None)], ids=["tar.gz", "the program"]
)
def test_a_release_may_be_a_tar_or_the_program_itself(monkeypatch, tmp_path, make, member):
    program = tmp_path / "program"
    program.write_text("#!/bin/sh\necho hello\n")
    published = program
    if make == "tar":
        published = tmp_path / "it.tar.gz"
        with tarfile.open(published, "w:gz") as bundle:
            bundle.add(program, member)
    monkeypatch.setattr(
        download, "_stream", lambda url, target, progress: shutil.copy(published, target)
    )
    digest = hashlib.sha256(published.read_bytes()).hexdigest()
    fetch_member("https://publisher.example/it", digest, member, tmp_path / "tools" / "it")
    target = tmp_path / "tools" / "it"
    assert target.read_text() == program.read_text()
    assert target.stat().st_mode & 0o111


def test_another_checksum_leaves_nothing_to_run(release, tmp_path):
    with pytest.raises(DownloadCorrupt, match="thrown away unrun"):
        fetch_member(release, "0" * 64, "terraform", tmp_path / "tools" / "terraform")
    assert list((tmp_path / "tools").iterdir()) == []


def test_no_publisher_is_said_in_words(release, tmp_path):
    with pytest.raises(ToolMissing, match="can't download"):
        fetch_member(release + ".old", GOOD, "terraform", tmp_path / "terraform")
    with pytest.raises(ToolMissing, match="can't download"):
        fetch_member("http://127.0.0.1:1/x.zip", GOOD, "terraform", tmp_path / "terraform")
    assert not (tmp_path / "terraform").exists()


def test_a_full_disk_is_said_in_words(release, tmp_path, monkeypatch):
    from cloudlab.lab.tools import download

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(download, "_stream", full)
    with pytest.raises(Unwritable, match="no space left"):
        fetch_member(release, GOOD, "terraform", tmp_path / "terraform")

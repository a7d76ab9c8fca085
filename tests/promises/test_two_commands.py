"""Promise 1: two commands, on a fresh clone, in an empty home, with nobody to answer a question."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import psutil
import pytest

from cloudlab.lab.paths import paths

CACHE = paths().cache  # of whoever runs the tests: what is compiled there is compiled once
ROOT = Path(__file__).resolve().parents[2]
#: pip tells its index the version of rustc, if there is one; a rustup then writes its settings.
RUST = (".rustup",)
#: What make and the lab may write: in the checkout, and in the home.
IN_CHECKOUT = (".venv", ".lab", "work")
IN_HOME = (".cache", ".local/share/cloudlab", ".local/share/uv", *RUST)
AGAIN_SECONDS = 15.0
#: Where nothing answers but package registries, Kubernetes is compiled and images are built.
UP_SECONDS = 2400


@dataclass(frozen=True)
class Clone:
    """A fresh clone, and whose it is."""

    root: Path
    environment: dict[str, str]

    @property
    def home(self) -> Path:
        return self.root.parent / "home"

    def make(self, *words: str, **variables: str) -> subprocess.CompletedProcess[str]:
        """`make WORDS`, where nobody sits at the keyboard."""
        return subprocess.run(
            ["make", *words], cwd=self.root, env={**self.environment, **variables},
            stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=UP_SECONDS,
        )  # fmt: skip

    def processes(self) -> list[psutil.Process]:
        """Those whose program or folder is the clone's, or that carry its lab's mark."""
        return [one for one in psutil.process_iter() if one.pid != os.getpid() and self._of(one)]

    def _of(self, process: psutil.Process) -> bool:
        try:
            words = [process.cwd(), *process.cmdline(), *process.environ().values()]
        except psutil.Error:
            return False
        return any(str(self.root) in word for word in words)

    def foreign_files(self) -> list[str]:
        """What was written elsewhere than into the folders that the promise names."""
        listed = _listed()
        here = [one for one in _files(self.root, IN_CHECKOUT) if one not in listed]
        return [one for one in here if "__pycache__" not in one] + list(_files(self.home, IN_HOME))


def _listed() -> set[str]:
    """The files of this checkout: what git knows, and what is new and not ignored."""
    words = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    told = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return {name for name in told.split("\0") if name and (ROOT / name).exists()}


def _files(folder: Path, allowed: tuple[str, ...]) -> Iterator[str]:
    for found in sorted(folder.rglob("*")):
        name = str(found.relative_to(folder))
        if not found.is_dir() and not name.startswith(tuple(f"{one}/" for one in allowed)):
            yield name


@pytest.fixture(scope="module")
def clone(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Clone]:
    """The working tree as a clone would have it; taken down at the end."""
    folder = tmp_path_factory.mktemp("clone")
    for name in _listed():
        (folder / "workbook" / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(ROOT / name, folder / "workbook" / name)
    (folder / "home").mkdir()
    ours = (
        "LAB_",
        "XDG_",
        "UV_CACHE",
        "VIRTUAL_ENV",
        "PYTHON",
        "JUPYTER",
        "AWS_",
        "PYTEST",
        "MAKE",
    )
    kept = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    path = os.pathsep.join(p for p in kept["PATH"].split(os.pathsep) if ".venv" not in p)
    clone = Clone(folder / "workbook", {**kept, "PATH": path, "HOME": str(folder / "home")})
    yield clone
    clone.make("lab-down")


@pytest.mark.lab
@pytest.mark.timeout(2 * UP_SECONDS)
def test_a_fresh_clone_in_an_empty_home(clone: Clone) -> None:
    """Up, all of it, up again, down: one story, since the first of it takes half a minute or more.

    The first section's lab comes from an empty cache; what has to be compiled for the others comes
    from this machine's, or is made there.
    """
    first = clone.make("lab-up", "SECTION=iaas")
    assert first.returncode == 0, first.stderr[-3000:]
    link = opened(first)

    whole = clone.make("lab-up", LAB_CACHE=str(CACHE))
    assert (whole.returncode, opened(whole)) == (0, link), whole.stderr[-3000:]
    ports = {one.laddr.port for p in clone.processes() for one in p.net_connections() if _open(one)}

    began = time.monotonic()
    second = clone.make("lab-up", LAB_CACHE=str(CACHE))
    assert time.monotonic() - began < AGAIN_SECONDS
    assert (second.returncode, opened(second)) == (0, link)

    down = clone.make("lab-down")
    assert down.returncode == 0, down.stderr
    assert clone.processes() == []
    assert not ports & {one.laddr.port for one in psutil.net_connections() if _open(one)}
    assert clone.foreign_files() == []
    assert clone.make("lab-down").returncode == 0, "safe to run twice"


def opened(up: subprocess.CompletedProcess[str]) -> str:
    """The link that was printed, which JupyterLab answers."""
    found = re.search(r"^Open (http://127\.0\.0\.1:\d+/lab\?token=\S+)$", up.stdout, re.MULTILINE)
    assert found, up.stdout
    answer = httpx.get(found[1], follow_redirects=True, timeout=20)
    assert answer.status_code == 200
    assert "JupyterLab" in answer.text
    return found[1]


def _open(connection: object) -> bool:
    return getattr(connection, "status", "") == psutil.CONN_LISTEN

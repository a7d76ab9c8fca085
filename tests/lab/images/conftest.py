"""A machine without an engine, a registry or Debian: programs of the test's own play them."""

from __future__ import annotations

import json
import os
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from cloudlab.lab.images import standins
from cloudlab.lab.images.engine import Engine

# Keeps the images that it has in a file; gives what the registry has; writes down what it's told.
DOCKER = """\
#!PYTHON -IS
import json, os, sys, time
from pathlib import Path
words, home = sys.argv[1:], Path(os.environ["FAKE"])
with open(home / "told", "a") as told:
    told.write(json.dumps(words) + "\\n")
has = set((home / "has").read_text().split())
if words[:2] == ["image", "inspect"]:
    wanted = words[4:]
    for tag in wanted:
        print(tag if tag in has else "")
    sys.exit(any(tag not in has for tag in wanted))
if words[0] == "pull":
    if os.environ.get("SILENT"):
        time.sleep(60)
    if words[1] not in (home / "registry").read_text().split():
        sys.exit("Error response from daemon: no such host")
made = {"build": lambda: words[words.index("--tag") + 1], "import": lambda: words[-1],
        "pull": lambda: words[1]}[words[0]]()
if words[0] == "build":
    assert (Path(words[-1]) / "Dockerfile").is_file()
    if os.environ.get("BROKEN", "-") in made:
        sys.exit("E: Unable to locate package nonsense")
(home / "has").write_text(" ".join(has | {made}))
"""

# Makes the tar that it's told to, after a while if so told.
MMDEBSTRAP = """\
#!PYTHON -IS
import json, os, sys, time
from pathlib import Path
words, home = sys.argv[1:], Path(os.environ["FAKE"])
with open(home / "told", "a") as told:
    told.write(json.dumps(["mmdebstrap", *words]) + "\\n")
Path(os.environ["TMPDIR"], "half-made").touch()
if os.environ.get("SLOW"):
    time.sleep(60)
Path(words[words.index("trixie") + 1]).touch()
"""


@dataclass(frozen=True)
class Machine:
    """What is on it, and what it was told."""

    home: Path
    engine: Engine

    def has(self, *tags: str) -> None:
        """The engine has these images."""
        (self.home / "has").write_text(" ".join(tags))

    def serves(self, *tags: str) -> None:
        """The registry has these."""
        (self.home / "registry").write_text(" ".join(tags))

    def told(self, verb: str) -> list[list[str]]:
        """The commands of that verb, in order."""
        file = self.home / "told"
        lines = file.read_text().splitlines() if file.exists() else []
        return [words for line in lines if (words := json.loads(line))[0] == verb]


def lay(file: Path, text: str) -> None:
    file.write_text(text.replace("PYTHON", sys.executable))
    file.chmod(0o755)


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Machine:
    """Root on a Debian that has mmdebstrap; its engine has nothing, and no registry answers."""
    home, programs = tmp_path / "fake", tmp_path / "bin"
    for folder in (home, programs, tmp_path / "tmp"):
        folder.mkdir()
    lay(programs / "docker", DOCKER)
    lay(programs / "mmdebstrap", MMDEBSTRAP)
    lay(programs / "unshare", '#!/bin/sh\nwhile [ "${1#--}" != "$1" ]; do shift; done\nexec "$@"\n')
    monkeypatch.setenv("PATH", f"{programs}:{os.environ['PATH']}")
    monkeypatch.setenv("LAB_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("FAKE", str(home))
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "tmp"))
    monkeypatch.setattr("cloudlab.lab.images.base.KEYRING", home)
    monkeypatch.setattr("cloudlab.lab.images.wheels.unpack", lambda wheel, folder, meter: None)
    standins.digest.cache_clear()
    made = Machine(home, Engine(dict(os.environ), tmp_path / "images.log", threading.Event()))
    made.has()
    made.serves()
    return made


@pytest.fixture
def said() -> tuple[list[str], Callable[[str], None]]:
    """What was said, and how to say it."""
    lines: list[str] = []
    return lines, lines.append

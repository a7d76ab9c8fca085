"""Finding the programs that sections call: on PATH, else the pinned release, else built, else said.

The table is `tools.toml`; what was found is linked into `.lab/bin`, first on the lab's PATH.
"""

import json
import os
import re
import shutil
import subprocess
import threading
import tomllib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cloudlab.lab.errors import ToolMissing, UsageError
from cloudlab.lab.paths import paths, private_folder, write_private
from cloudlab.lab.tools import building
from cloudlab.lab.tools.terraform import system_name

#: Told how much of a download has come: (bytes so far, bytes in all or None).
Progress = Callable[[int, int | None], None]
Row = dict[str, Any]

#: Where Docker's plugins are installed, beside PATH: by a user, a package, Homebrew, the Desktop.
PLUGIN_FOLDERS = (
    "~/.docker/cli-plugins",
    "/usr/local/lib/docker/cli-plugins",
    "/usr/local/libexec/docker/cli-plugins",
    "/usr/lib/docker/cli-plugins",
    "/usr/libexec/docker/cli-plugins",
    "/opt/homebrew/lib/docker/cli-plugins",
    "/Applications/Docker.app/Contents/Resources/cli-plugins",
)

_memory = threading.Lock()


@dataclass(frozen=True)
class Tool:
    """A program that was found."""

    name: str
    path: Path
    version: str
    source: str
    """ "PATH", "release" or "built"."""


def table() -> dict[str, Row]:
    """The rows of tools.toml, by name."""
    return tomllib.loads(Path(__file__).with_name("tools.toml").read_text())


def find_tool(
    name: str,
    progress: Progress | None = None,
    say: Callable[[str], None] = lambda text: None,
    cancelled: threading.Event | None = None,
) -> Tool:
    """The program at a usable version, from PATH, from the cache, or now fetched or built.

    `progress` is told of a download, `say` of a build. When `cancelled` is set, a build ends by
    `KeyboardInterrupt`; a download ends by what `progress` raises.
    """
    return here(name) or _download(name, progress) or _build(name, say, cancelled)


def here(name: str) -> Tool | None:
    """The program where nothing must be fetched or built for it."""
    return on_path(name) or released(name) or built(name)


def on_path(name: str) -> Tool | None:
    """The first usable one on the learner's PATH; a plugin of Docker's may be elsewhere."""
    row = _row(name)
    if "at_least" not in row:
        return None
    ours = str(paths().state / "bin")
    places = [os.path.expanduser(one) for one in PLUGIN_FOLDERS] if row.get("plugin") else []
    for folder in [*places, *(one for one in os.get_exec_path() if one and one != ours)]:
        found = shutil.which(name, path=folder)
        version = version_of(Path(found), row) if found else None
        if found and version and usable(version, row):
            return Tool(name, Path(found), version, "PATH")
    return None


def released(name: str) -> Tool | None:
    """The pinned release, where it was downloaded before."""
    row = _row(name)
    binary = _release_folder(name, row) / name
    return Tool(name, binary, row["release"], "release") if binary.exists() else None


def built(name: str) -> Tool | None:
    """The one that was built before."""
    row = _row(name)
    folder = building.built(row["set"]) if "set" in row else None
    return Tool(name, folder / name, row["release"], "built") if folder else None


def source_to_be(name: str) -> str | None:
    """How one that isn't here would be had: "download", "build", or not at all."""
    row = _row(name)
    if system_name() in row.get("sha256", {}):
        return "download"
    return "build" if "set" in row else None


def usable(version: str, row: Row) -> bool:
    """Whether at_least ≤ version < below."""
    return _numbers(row["at_least"]) <= _numbers(version) < _numbers(row["below"])


def version_of(binary: Path, row: Row) -> str | None:
    """What the program says of itself; asked once for each file, then remembered."""
    memory_file = paths().state / "tools.json"
    stat = binary.stat()
    key = f"{binary.resolve()} {stat.st_size} {stat.st_mtime_ns}"
    if known := _remembered(memory_file).get(key):
        return known
    version = _ask(binary, row)
    if version:
        with _memory:
            write_private(memory_file, json.dumps({**_remembered(memory_file), key: version}))
    return version


def link_tools(
    names: Iterable[str],
    progress: Progress | None = None,
    say: Callable[[str], None] = lambda text: None,
    cancelled: threading.Event | None = None,
) -> dict[str, Tool]:
    """Find each and link it into `.lab/bin`."""
    tools = {name: find_tool(name, progress, say, cancelled) for name in names}
    for tool in tools.values():
        link(tool.path, private_folder(paths().state / "bin") / tool.name)
    return tools


def link(target: Path, place: Path) -> None:
    """Make `place` a link to the target, whatever it was."""
    if not (place.is_symlink() and place.readlink() == target):
        draft = place.with_suffix(".new")
        draft.unlink(missing_ok=True)
        draft.symlink_to(target)
        draft.replace(place)


def _row(name: str) -> Row:
    """The tool's row of the table."""
    rows = table()
    if name not in rows:
        raise UsageError(f"no tool is called {name!r}", f"tools.toml knows: {', '.join(rows)}")
    return rows[name]


def _remembered(file: Path) -> dict[str, str]:
    """The versions asked before; none where the memory is missing or broken."""
    try:
        found = json.loads(file.read_text())
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _ask(binary: Path, row: Row) -> str | None:
    """Run the program for its version; None where it doesn't say one."""
    env = {**os.environ, "CHECKPOINT_DISABLE": "1", "TF_CLI_CONFIG_FILE": os.devnull}
    try:
        done = subprocess.run(
            [binary, *row["version_command"]],
            env=env,
            capture_output=True,
            text=True,
            timeout=20,
            check=True,
        )
        return _version_in(done.stdout, row)
    except (OSError, subprocess.SubprocessError, ValueError, KeyError, TypeError):
        return None


def _version_in(said: str, row: Row) -> str | None:
    """By `version_pattern`, else by `version_key`, whose dots lead into JSON's objects."""
    if "version_pattern" in row:
        found = re.search(row["version_pattern"], said)
        return found[1] if found else None
    value = json.loads(said)
    for key in row["version_key"].split("."):
        value = value[key]
    return str(value).removeprefix("v")


def _numbers(version: str) -> tuple[int, ...]:
    """ "1.11.4-beta1" → (1, 11, 4)."""
    plain = version.split("-")[0].split("+")[0]
    return tuple(int(part) for part in plain.split(".") if part.isdigit())


def _release_folder(name: str, row: Row) -> Path:
    """Keyed by version and checksum: another pin never meets an old file."""
    digest = row.get("sha256", {}).get(system_name(), "none")[:12]
    return paths().cache / "tools" / f"{name}-{row.get('release')}-{digest}"


def _download(name: str, progress: Progress | None) -> Tool | None:
    """Fetch the pinned release; None where there's none, or it can be built in its place."""
    from cloudlab.lab.tools.download import fetch_member

    row, system = _row(name), system_name()
    if system not in row.get("sha256", {}):
        return None
    place = {"release": row["release"], "system": system, **_names_of_system(row)}
    member = row["member"].format(**place) if "member" in row else None
    binary = _release_folder(name, row) / name
    try:
        fetch_member(row["url"].format(**place), row["sha256"][system], member, binary, progress)
    except ToolMissing:
        if "set" in row:
            return None
        raise
    return Tool(name, binary, row["release"], "release")


def _names_of_system(row: Row) -> dict[str, str]:
    """{os} and {arch} as the publisher writes them: Go's words, or the row's own for these."""
    system, arch = system_name().split("_", 1)
    names: dict[str, str] = row.get("names", {})
    return {"os": names.get(system, system), "arch": names.get(arch, arch)}


def _build(name: str, say: Callable[[str], None], cancelled: threading.Event | None) -> Tool:
    """Build it from its Go set; where there's none, it's the learner's to install."""
    row = _row(name)
    if "set" not in row:
        least = f" {row['at_least']} or newer" if "at_least" in row else ""
        raise ToolMissing(
            f"{name} isn't on PATH, and no release is pinned for {system_name()}",
            f"install {name}{least}",
        )
    folder = building.build(row["set"], say, cancelled or threading.Event())
    return Tool(name, folder / name, row["release"], "built")

"""Building programs from pinned Go modules, where their official release can't be had.

A set is a folder of `go/`: go.mod and go.sum pin every module, tools.go names the programs, and
set.toml says how they are called. Its programs stay in the cache, by version and by the digest of
that folder. What the compiler keeps in between is shared by all sets, so that one reuses what
another has compiled, and is gone when the last one is built.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import re
import shutil
import threading
import time
import tomllib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from cloudlab.lab.errors import ToolMissing, UsageError
from cloudlab.lab.paths import PRIVATE_FILE, paths, private_folder, write_private
from cloudlab.lab.running import run, tail
from cloudlab.lab.tools.terraform import system_name

Say = Callable[[str], None]

SETS = Path(__file__).parents[1] / "go"
#: How often it's said how far a build is.
SAY_SECONDS = 10.0
#: More builds side by side would only take each other's processors.
_two_at_most = threading.Semaphore(2)


@dataclass(frozen=True)
class GoSet:
    """What set.toml says."""

    name: str
    version: str
    packages: dict[str, str]
    """Program → the package that it's built from."""
    ldflags: str
    estimate_seconds: float
    """From nothing, on 2 cores."""

    @cached_property
    def folder(self) -> Path:
        """Where its programs are, when they're built."""
        digest = hashlib.sha256(system_name().encode())
        for file in sorted((SETS / self.name).iterdir()):
            digest.update(file.name.encode() + file.read_bytes())
        place = private_folder(paths().cache / "tools")
        return place / f"{self.name}-{self.version}-{digest.hexdigest()[:12]}"


def go_set(name: str) -> GoSet:
    """The set of that name."""
    file = SETS / name / "set.toml"
    if not file.is_file():
        raise UsageError(f"no Go set is called {name!r}", f"they are the folders of {SETS}")
    return GoSet(name=name, **tomllib.loads(file.read_text()))


def built(name: str) -> Path | None:
    """The folder with the set's programs, where it was built before."""
    folder = go_set(name).folder
    return folder if folder.is_dir() else None


def build(name: str, say: Say, cancelled: threading.Event) -> Path:
    """The folder with the set's programs: built at the first call, found at later ones.

    A build that another command has begun is waited for. When `cancelled` is set, this raises
    `KeyboardInterrupt`, and leaves nothing but what the next attempt goes on with.
    """
    wanted = go_set(name)
    if wanted.folder.is_dir():
        return wanted.folder
    with _alone(wanted, say, cancelled), _two_at_most, _caches_in_use():
        if not wanted.folder.is_dir():
            _build(wanted, say, cancelled)
    return wanted.folder


def tidy() -> None:
    """Remove what the compiler kept, unless somebody builds or an unfinished build needs it."""
    caches = paths().cache / "go"
    if not caches.is_dir() or any(caches.glob("unfinished-*")):
        return
    with _open_lock(_caches_lock()) as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return
        for folder, _, _ in os.walk(caches):
            os.chmod(folder, 0o700)
        shutil.rmtree(caches)


def _build(wanted: GoSet, say: Say, cancelled: threading.Event) -> None:
    """Build all programs into a draft, which becomes the set's folder when it's whole."""
    from cloudlab.lab.tools import toolchain

    mark = private_folder(paths().cache / "go") / f"unfinished-{wanted.name}"
    resumed = mark.exists()
    mark.touch()
    clock = _Clock(wanted, say)
    go = toolchain.find(wanted.name, say, cancelled)
    draft = wanted.folder.with_name(f"{wanted.folder.name}.new")
    shutil.rmtree(draft, ignore_errors=True)
    private_folder(draft)
    try:
        _compile(wanted, go, draft, clock.tick, cancelled)
        draft.replace(wanted.folder)
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    if not resumed:
        _remember(wanted.name, clock.seconds)
    mark.unlink()
    say(f"built in {minutes(clock.seconds)}")


def _compile(
    wanted: GoSet,
    go: Path,
    folder: Path,
    tick: Callable[[], None],
    cancelled: threading.Event,
) -> None:
    """Compile all programs in one call, so that no core waits while another links one of them.

    `ToolMissing` quotes the compiler.
    """
    log = paths().log(f"building-{wanted.name}")
    switches = ["-trimpath", "-ldflags", wanted.ldflags, "-o", f"{folder}/"]
    argv: list[str | Path] = [go, "build", *switches, *wanted.packages.values()]
    code = run(argv, _environment(), log, cancelled, cwd=SETS / wanted.name, tick=tick)
    if code:
        raise ToolMissing(
            f"{wanted.name} {wanted.version} can't be built from its Go modules:\n{tail(log)}",
            "connect and run `cloudlab up` again: it goes on where it stopped",
            log,
        )
    for program, package in wanted.packages.items():
        (folder / _name_by_go(package)).rename(folder / program)


def _name_by_go(package: str) -> str:
    """What Go calls a package's program: its path's last part that is no major version."""
    return next(part for part in reversed(package.split("/")) if not re.fullmatch(r"v\d+", part))


def _environment() -> dict[str, str]:
    """The learner's own, for their proxies and mirrors, with caches and switches of ours."""
    from cloudlab.lab.tools import toolchain

    caches = paths().cache / "go"
    kept = {name: value for name, value in os.environ.items() if name not in ("GOOS", "GOARCH")}
    ours = {
        "GOFLAGS": "-mod=readonly",
        "GOTOOLCHAIN": "local",
        "GOWORK": "off",
        "CGO_ENABLED": "0",
        "GOCACHE": str(caches / "build"),
        "GOMODCACHE": str(caches / "modules"),
    }
    return {**kept, **ours, **toolchain.own_counters()}


class _Clock:
    """How long a build has taken, and about how long it will."""

    def __init__(self, wanted: GoSet, say: Say) -> None:
        self.say, self.began, self.said = say, time.monotonic(), float("-inf")
        self.estimate = _times().get(wanted.name, wanted.estimate_seconds)

    @property
    def seconds(self) -> float:
        """Since it began."""
        return time.monotonic() - self.began

    def tick(self) -> None:
        """Say it now and then."""
        if self.seconds - self.said >= SAY_SECONDS:
            self.said = self.seconds
            self.say(f"building, {minutes(self.seconds)} of about {minutes(self.estimate)}")


def minutes(seconds: float) -> str:
    """70 → "1:10"."""
    return f"{int(seconds) // 60}:{int(seconds) % 60:02}"


def _times() -> dict[str, float]:
    """How long each set took here the last time."""
    try:
        found = json.loads((paths().cache / "build-times.json").read_text())
        return {str(name): float(seconds) for name, seconds in found.items()}
    except (OSError, ValueError, AttributeError, TypeError):
        return {}


def _remember(name: str, seconds: float) -> None:
    """For the next estimate."""
    times = {**_times(), name: round(seconds, 1)}
    write_private(paths().cache / "build-times.json", json.dumps(times))


@contextmanager
def _alone(wanted: GoSet, say: Say, cancelled: threading.Event) -> Iterator[None]:
    """One build of a set at a time, in whichever checkout; the system frees it if we die."""
    with _open_lock(wanted.folder.with_name(f"{wanted.name}.lock")) as lock:
        while True:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                say("it is being built already: waiting for that")
                if cancelled.wait(0.5):
                    raise KeyboardInterrupt from None
        yield


@contextmanager
def _caches_in_use() -> Iterator[None]:
    """Nobody removes the caches meanwhile."""
    with _open_lock(_caches_lock()) as lock:
        fcntl.flock(lock, fcntl.LOCK_SH)
        yield


def _caches_lock() -> Path:
    return private_folder(paths().cache) / "go.lock"


@contextmanager
def _open_lock(file: Path) -> Iterator[int]:
    """The file to lock; closing it lets go."""
    descriptor = os.open(file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, PRIVATE_FILE)
    try:
        yield descriptor
    finally:
        os.close(descriptor)

"""Stand-ins for official images, built of Debian's packages where no registry answers.

Each is tagged by a digest of all that it's made of, so that a change makes another one, and what
was built once is found again by every checkout.
"""

import hashlib
import os
import shutil
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import psutil
from filelock import FileLock, Timeout

from cloudlab.lab.images import base, certificates, wheels
from cloudlab.lab.images.engine import Engine
from cloudlab.lab.images.table import BASE, HERE, Image, base_seconds, suite
from cloudlab.lab.paths import paths, private_folder
from cloudlab.lab.tools.building import SAY_SECONDS, minutes

REPOSITORY = "cloudlab"
SCRATCH = "cloudlab-standins-"
#: Seconds between looks at whether another lab has done.
WAIT = 0.5


def tag(name: str) -> str:
    """The stand-in's name in the engine, e.g. "cloudlab/redis:0a1b2c3d4e5f"."""
    return f"{REPOSITORY}/{name}:{digest(name)}"


@cache
def digest(name: str) -> str:
    """Of all that it's made of: its files, the toolchain, the base and whom that trusts."""
    folder = HERE / "standins" / name
    files = {
        file.relative_to(folder).as_posix(): (file.read_bytes(), file.stat().st_mode & 0o111)
        for file in sorted(folder.rglob("*"))
        if file.is_file()
    }
    return hashlib.sha256(repr((files, _rest(name))).encode()).hexdigest()[:12]


def _rest(name: str) -> object:
    """What it's made of beside its own files."""
    from cloudlab.lab.images.table import table

    if name == BASE:
        return suite(), base.OPTIONS, certificates.extra()
    wheel = table()[name].wheel
    return digest(BASE), wheel and wheel.sha256


def build(images: Sequence[Image], engine: Engine, say: Callable[[str], None]) -> None:
    """Build those that aren't here, the base first; waits for another lab that does the same."""
    with _alone(engine.cancelled, say) as folder:
        here = engine.here([tag(BASE), *(tag(image.name) for image in images)])
        missing = [image for image in images if tag(image.name) not in here]
        first = not missing or tag(BASE) in here
        steps = [] if first else [(BASE, base_seconds())]
        steps += [(image.name, image.seconds) for image in missing]
        progress = Steps(say, steps)
        if not first:
            base.make(engine, _room(folder, BASE), tag(BASE), progress.begin(BASE))
        for image in missing:
            _build(image, engine, _room(folder, image.name), progress.begin(image.name))


@dataclass
class Steps:
    """Says how far the building is: which step, since when, of about how long."""

    say: Callable[[str], None]
    steps: Sequence[tuple[str, float]]
    began: float = field(default_factory=time.monotonic)

    def begin(self, name: str) -> Callable[[str], None]:
        """The step begins; returns how it says what it does."""
        number = [one for one, _ in self.steps].index(name) + 1
        of = f"{name} ({number} of {len(self.steps)})"

        def tell(what: str = "") -> None:
            spent, about = time.monotonic() - self.began, sum(took for _, took in self.steps)
            what = f", {what}" if what else ""
            self.say(f"building stand-ins: {of}{what}, {minutes(spent)} of about {minutes(about)}")

        tell()
        return tell


def _build(image: Image, engine: Engine, folder: Path, say: Callable[[str], None]) -> None:
    """Build one: its folder, with the toolchain beside it where it has one."""
    context = folder / "context"
    shutil.copytree(image.folder, context)
    if image.wheel:
        wheels.unpack(image.wheel, context / "wheel", _meter(engine.cancelled, say))
    engine.build(context, tag(image.name), BASE=tag(BASE))
    shutil.rmtree(folder)


def _meter(
    cancelled: threading.Event, say: Callable[[str], None]
) -> Callable[[int, int | None], None]:
    """Says a download that takes long now and then; the place where Ctrl-C reaches it."""
    said = time.monotonic()

    def show(done: int, size: int | None) -> None:
        nonlocal said
        if cancelled.is_set():
            raise KeyboardInterrupt
        if time.monotonic() - said > SAY_SECONDS:
            said = time.monotonic()
            say(f"downloading, {done / 1e6:.0f}{f' of {size / 1e6:.0f}' if size else ''} MB")

    return show


def _room(folder: Path, name: str) -> Path:
    """A folder for what the step needs for a while."""
    room = folder / name
    room.mkdir()
    return room


@contextmanager
def _alone(cancelled: threading.Event, say: Callable[[str], None]) -> Iterator[Path]:
    """The only one who builds on this machine, in a folder that doesn't outlive it."""
    lock = FileLock(private_folder(paths().cache) / "standins.lock")
    while not _taken(lock):
        say("waiting for another lab, which builds stand-ins")
        if cancelled.wait(WAIT):
            raise KeyboardInterrupt
    try:
        _sweep()
        with tempfile.TemporaryDirectory(prefix=f"{SCRATCH}{os.getpid()}-") as folder:
            Path(folder).chmod(0o711)  # apt downloads as a user of its own
            yield Path(folder)
    finally:
        lock.release()


def _sweep() -> None:
    """Remove the folders of those that were killed; a lab with another cache may build, too."""
    for left in Path(tempfile.gettempdir()).glob(f"{SCRATCH}*-*/"):
        pid = left.name.removeprefix(SCRATCH).split("-")[0]
        if not (pid.isdigit() and psutil.pid_exists(int(pid))):
            shutil.rmtree(left, ignore_errors=True)


def _taken(lock: FileLock) -> bool:
    """Whether the lock is ours now."""
    try:
        lock.acquire(blocking=False)
    except Timeout:
        return False
    return True

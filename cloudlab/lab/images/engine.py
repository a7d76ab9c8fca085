"""The engine's command, and other long ones, in the lab's environment and into one log."""

import os
import subprocess
import threading
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from cloudlab.lab.errors import PartFailed
from cloudlab.lab.running import run, tail

#: Seconds until a registry must have named what it sends.
FIRST_WORD = 20.0
#: Seconds that the engine may take to say what it has.
QUICK = 30.0


class NoAnswer(Exception):
    """A command that should have said something by now hasn't."""


@dataclass(frozen=True)
class Engine:
    """Runs commands one after the other; Ctrl-C ends the one under way (`KeyboardInterrupt`)."""

    environment: Mapping[str, str]
    log: Path
    cancelled: threading.Event = field(default_factory=threading.Event)

    def here(self, images: Iterable[str]) -> set[str]:
        """Which of the images are on this machine: one question, however many they are."""
        wanted = list(images)
        asked = ["docker", "image", "inspect", "--format", '{{join .RepoTags " "}}', *wanted]
        try:
            done = subprocess.run(
                asked,
                env=dict(self.environment),
                capture_output=True,
                text=True,
                timeout=QUICK,
                check=False,
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            raise self._failed(asked, f"  {error}") from error
        known = done.stdout.split()
        return {one for one in wanted if any(_is(tag, one) for tag in known)}

    def pull(self, image: str) -> bool:
        """Fetch it from a registry; False where none answers, or it says no."""
        try:
            self.run(["docker", "pull", image], _speaks(self.log))
        except (PartFailed, NoAnswer):
            return False
        return True

    def load(self, root: Path, tag: str) -> None:
        """Make an image of a root file system, a tar file."""
        self.run(["docker", "import", "--change", 'CMD ["bash"]', str(root), tag])

    def build(self, context: Path, tag: str, **arguments: str) -> None:
        """Build the folder's Dockerfile. A company's proxy is told by name: it's in no command."""
        told = [f"--build-arg={name}={value}" for name, value in arguments.items()]
        proxies = [f"--build-arg={name}" for name in _proxies()]
        self.run(["docker", "build", *told, *proxies, "--tag", tag, str(context)])

    def run(
        self,
        argv: Sequence[str],
        tick: Callable[[], None] = lambda: None,
        *,
        name: str | None = None,
        **environment: str,
    ) -> None:
        """Run the command to its end; `PartFailed` quotes the last that it said."""
        env = {**self.environment, **_proxies(), **environment}
        try:
            code = run(argv, env, self.log, self.cancelled, tick=tick)
        except FileNotFoundError as error:
            raise self._failed(argv, f"  {argv[0]} isn't installed", name) from error
        if code:
            raise self._failed(argv, tail(self.log, 5), name)

    def _failed(self, argv: Sequence[str], why: str, name: str | None = None) -> PartFailed:
        what = f"{name or ' '.join(argv[:2])} failed:\n{why}"
        return PartFailed(what, "mend what it names, then `cloudlab up`", self.log)


def _is(tag: str, wanted: str) -> bool:
    """Podman writes the registry in front."""
    return tag == wanted or tag.endswith(f"/{wanted}")


def _proxies() -> dict[str, str]:
    """The learner's proxy: what is downloaded here comes through it."""
    names = ("http_proxy", "https_proxy", "no_proxy")
    both = [name for one in names for name in (one, one.upper())]
    return {name: os.environ[name] for name in both if os.environ.get(name)}


def _speaks(log: Path) -> Callable[[], None]:
    """Raises `NoAnswer` when nothing was added to the log for too long from now."""
    began, size = time.monotonic(), _size(log)

    def tick() -> None:
        if time.monotonic() - began > FIRST_WORD and _size(log) == size:
            raise NoAnswer

    return tick


def _size(file: Path) -> int:
    return file.stat().st_size if file.exists() else 0

"""The containers section's application under names of its own, beside a learner's.

The bench measures it, and its own tests ask it.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from cloudlab.lab.paths import paths
from cloudlab.lab.ports import any_free

#: The services whose images are built from our sources, and those that are others' images.
BUILT = ("web", "api", "worker", "discovery")
OTHERS = ("nginx", "db", "redis")
NETWORKS, VOLUMES, PORTS = ("front", "back"), ("database", "queue"), ("TLS_PORT", "DISCOVERY_PORT")
#: Left behind by who tries the sources by hand.
MADE = shutil.ignore_patterns("node_modules", "dist", "secrets", "ssl", "__pycache__")
BUILD_SECONDS, QUICK_SECONDS = 1500, 180


class CannotBuild(RuntimeError):
    """What an image needs can't be had here, as where no registry answers."""


def sources() -> Path:
    """The application's files, as they stand in the repository."""
    return paths().room("containers") / "app"


@dataclass(frozen=True)
class Stack:
    """The application in a folder of its own; `project` begins the names of all that it makes."""

    folder: Path
    project: str
    environment: dict[str, str]

    @classmethod
    @contextmanager
    def own(cls, environment: Mapping[str, str], prefix: str = "bench") -> Iterator[Self]:
        """A stack that isn't built yet, on that environment's engine; gone at the end."""
        with tempfile.TemporaryDirectory(prefix="stack-", ignore_cleanup_errors=True) as name:
            folder, project = Path(name) / "app", f"{prefix}-{uuid.uuid4().hex[:8]}"
            shutil.copytree(sources(), folder, ignore=MADE)
            (folder / "own.yaml").write_text(json.dumps(overlay(project)))
            ports = {name: str(any_free()) for name in PORTS}
            stack = cls(folder, project, {**environment, **ports})
            try:
                stack.run(sys.executable, str(folder / "prepare.py"))
                yield stack
            finally:
                stack.clear()

    def build(self) -> None:
        """Build its images; raises `CannotBuild`."""
        self.building("docker", *self._words("build"))

    def up(self, *words: str) -> None:
        """From whatever it is to healthy."""
        self.compose("up", "--detach", "--wait", *words)

    def down(self) -> None:
        """Remove its containers, networks and volumes; the images stay."""
        self.compose("down", "--volumes", "--timeout", "5")

    def compose(self, *words: str) -> str:
        """What `docker compose WORDS` prints; a `RuntimeError` where it fails."""
        return self.run("docker", *self._words(*words))

    def tag(self, name: str) -> str:
        """An image of this stack's."""
        return f"{self.project}/{name}"

    def size(self, name: str) -> float:
        """The bytes of its image, the base's with it."""
        return float(
            self.run("docker", "image", "inspect", "--format", "{{.Size}}", self.tag(name))
        )

    def building(self, *words: str) -> None:
        """Run a command that builds; raises `CannotBuild` with the last that it said."""
        try:
            self.run(*words, limit=BUILD_SECONDS)
        except (RuntimeError, subprocess.TimeoutExpired) as error:
            raise CannotBuild(str(error)) from error

    def run(self, *words: str, limit: float = QUICK_SECONDS) -> str:
        """What the command prints; a `RuntimeError` where it fails."""
        done = subprocess.run(
            words,
            cwd=self.folder,
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=limit,
            check=False,
        )
        if done.returncode:
            said = (done.stderr.strip() or done.stdout.strip()).splitlines()
            raise RuntimeError(f"{' '.join(words[:2])}: {' '.join(said[-2:])}")
        return done.stdout

    def clear(self) -> None:
        """Remove all of it, whatever became of it."""
        trouble = (RuntimeError, OSError, subprocess.SubprocessError)
        with suppress(*trouble):
            self.down()
        with suppress(*trouble):
            named = "{{.Repository}}:{{.Tag}}"
            listed = self.run("docker", "images", "--format", named, f"{self.project}/*")
            if tags := listed.split():
                self.run("docker", "rmi", *tags)

    def _words(self, *words: str) -> list[str]:
        files = ["-f", "compose.yaml", "-f", "own.yaml"]
        return ["compose", "-p", self.project, *files, *words]


def overlay(project: str) -> dict[str, Any]:
    """What compose.yaml is given in addition: names and labels that no learner's things have."""
    label = {"cloudlab.section": project}
    services: dict[str, Any] = {name: {"labels": label} for name in (*BUILT, *OTHERS)}
    for name in BUILT:
        services[name] |= {"image": f"{project}/{name}", "build": {"labels": label}}
    return {
        "services": services,
        "networks": {name: {"labels": label} for name in NETWORKS},
        "volumes": {name: {"labels": label} for name in VOLUMES},
    }

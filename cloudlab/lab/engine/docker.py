"""Containers of the lab, by the `docker` command that is there.

They carry the lab's mark as a label, so that they're found even when the state file is lost.
The command is told which engine: the one of this machine that answers, never another machine's.
"""

import hashlib
import os
import shutil
import subprocess
from collections.abc import Sequence

from cloudlab.lab.engine import engines
from cloudlab.lab.environment import no_engine
from cloudlab.lab.errors import PartFailed
from cloudlab.lab.paths import paths

LABEL = "cloudlab.state"
#: kind's nodes bear no mark of ours, but the name of their cluster.
KIND_LABEL = "io.x-k8s.kind.cluster"
#: Seconds that a question to the engine may take, the start of a container, an image.
QUICK, START, PULL = 5.0, 120.0, 900.0


def engine() -> str | None:
    """The version of the engine that answers; None where there's none."""
    if not shutil.which("docker"):
        return None
    done = _quick("version", "--format", "{{.Server.Version}}")
    return done.stdout.strip() or None if done and done.returncode == 0 else None


def has_image(image: str) -> bool:
    """Whether the image is on this machine."""
    done = _quick("image", "inspect", "--format", "{{.Id}}", image)
    return bool(done and done.returncode == 0)


def pull(image: str) -> None:
    """Fetch the image."""
    _run(["pull", "--quiet", image], PULL)


def run(image: str, name: str, options: Sequence[str]) -> str:
    """Start a container with the lab's mark; returns its id."""
    mark = lab_mark()
    known = ["--name", f"{name}-{mark}", "--label", f"{LABEL}={mark}"]
    return _run(["run", "--detach", "--rm", *known, *options, image], START).strip()


def remove_all() -> list[str]:
    """Remove every container of this lab; returns their ids."""
    mark = lab_mark()
    ids = [*of_label(f"{LABEL}={mark}"), *of_label(f"{KIND_LABEL}={kind_cluster()}")]
    remove(ids)
    return ids


def of_label(label: str) -> list[str]:
    """The ids of the containers that bear the label, running or not."""
    if not shutil.which("docker"):
        return []
    found = _quick("ps", "--all", "--quiet", "--filter", f"label={label}")
    return found.stdout.split() if found and found.returncode == 0 else []


def ended(ids: Sequence[str]) -> list[str]:
    """Which of these containers don't run; none where the engine doesn't answer."""
    found = _quick("ps", "--quiet", "--no-trunc")
    if found is None or found.returncode:
        return []
    running = found.stdout.split()
    return [one for one in ids if not any(full.startswith(one) for full in running)]


def kind_cluster() -> str:
    """The name of this lab's kind cluster, should it have one."""
    return f"cloudlab-{lab_mark()[:6]}"


def remove(ids: Sequence[str]) -> None:
    """Stop and remove these containers, and the volumes that were theirs alone."""
    if ids and shutil.which("docker"):  # else there is nobody left to ask
        _docker(["rm", "--force", "--volumes", *ids], None)


def lab_mark() -> str:
    """This lab's mark, short enough for a name."""
    return hashlib.sha256(str(paths().state).encode()).hexdigest()[:12]


def _docker(arguments: Sequence[str], limit: float | None) -> subprocess.CompletedProcess[str]:
    """The command, with the engine that answers here; without one, with nobody's."""
    engine = engines.find()
    return subprocess.run(
        ["docker", *arguments],
        env={**os.environ, "DOCKER_HOST": engine.endpoint if engine else no_engine()},
        capture_output=True,
        text=True,
        timeout=limit,
        check=False,
    )


def _quick(*arguments: str) -> subprocess.CompletedProcess[str] | None:
    """A question to the engine; None where it takes too long."""
    try:
        return _docker(arguments, QUICK)
    except (subprocess.TimeoutExpired, OSError):
        return None


def _run(arguments: Sequence[str], limit: float) -> str:
    """A longer command; `PartFailed` quotes what it said."""
    try:
        done = _docker(arguments, limit)
    except subprocess.TimeoutExpired as error:
        raise _refused(arguments[0], f"no end in {limit:.0f} s") from error
    if done.returncode:
        raise _refused(arguments[0], (done.stderr.strip().splitlines() or ["no reason given"])[-1])
    return done.stdout


def _refused(verb: str, why: str) -> PartFailed:
    """What the engine said, and the way round."""
    return PartFailed(
        f"docker {verb} failed: {why}",
        "see `cloudlab doctor`, or use the embedded lab: LAB_AWS=ministack",
    )

"""Installing Debian's packages, on a root shell of Debian or Ubuntu."""

from __future__ import annotations

import os
import shutil
import threading
from collections.abc import Callable

from cloudlab.lab.errors import ToolMissing
from cloudlab.lab.paths import paths
from cloudlab.lab.running import run, tail

#: Seconds that apt-get waits for another one to end.
LOCK_SECONDS = 120


def available() -> bool:
    """Whether we may install packages: we're root, and the system has apt-get."""
    return os.geteuid() == 0 and shutil.which("apt-get") is not None


def install(package: str, say: Callable[[str], None], cancelled: threading.Event) -> None:
    """Install the package and what it depends on, nothing that it recommends.

    Ctrl-C ends the download. It doesn't end the unpacking, which takes seconds: a package half
    unpacked would be the learner's to mend.
    """
    say(f"installing {package} (apt-get)")
    fetch = ["install", "--download-only", package]
    if _apt(fetch, cancelled) and (_apt(["update"], cancelled) or _apt(fetch, cancelled)):
        raise _refused(package)
    if _apt(["install", package], threading.Event()):
        raise _refused(package)


def _apt(words: list[str], cancelled: threading.Event) -> int:
    """Run apt-get; it asks nothing."""
    options = ["--yes", "--quiet", "--no-install-recommends"]
    lock = ["-o", f"DPkg::Lock::Timeout={LOCK_SECONDS}"]
    env = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    return run(["apt-get", *options, *lock, *words], env, paths().log("apt"), cancelled)


def _refused(package: str) -> ToolMissing:
    log = paths().log("apt")
    return ToolMissing(
        f"apt-get could not install {package}:\n{tail(log)}",
        f"see what `apt-get install {package}` says, then `cloudlab up`",
        log,
    )

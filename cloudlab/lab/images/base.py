"""The base of all stand-ins: a small Debian, made by mmdebstrap.

It has apt fetch every package, and so has every signature checked by Debian's own keys.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from cloudlab.lab.errors import ToolMissing
from cloudlab.lab.images import certificates
from cloudlab.lab.images.engine import Engine
from cloudlab.lab.images.table import BASE, HERE, suite
from cloudlab.lab.tools import apt

KEYRING = Path("/usr/share/keyrings/debian-archive-keyring.gpg")
#: Where Debian's packages are, by the labels of the archives.
ARCHIVES = {
    "Debian": "http://deb.debian.org/debian",
    "Debian-Security": "http://deb.debian.org/debian-security",
}
#: Pages that nobody reads in a container.
LEFT_OUT = ("/usr/share/doc/*", "/usr/share/man/*", "/usr/share/info/*", "/usr/share/locale/*/*")
OPTIONS = (
    "--variant=apt",
    "--format=tar",
    "--include=passwd,netbase,ca-certificates,busybox-static",
    '--aptopt=APT::Install-Recommends "false"',
    "--dpkgopt=force-unsafe-io",  # what a power cut leaves half built is built anew
    *(f"--dpkgopt=path-exclude={pattern}" for pattern in LEFT_OUT),
)
#: Namespaces of its own: what is mounted there is gone with the last process, however that ended.
APART = ("unshare", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc")


def make(engine: Engine, folder: Path, tag: str, say: Callable[[str], None]) -> None:
    """Make it and hand it to the engine under the tag; everything temporary is in the folder."""
    need(engine, say)
    trusted, root = folder / "certificates", folder / "root.tar"
    trusted.mkdir(mode=0o755)
    certificates.lay(trusted)
    say("a small Debian")
    engine.run(command(root, trusted), name="mmdebstrap", TMPDIR=str(folder))
    engine.load(root, tag)


def need(engine: Engine, say: Callable[[str], None]) -> None:
    """Have mmdebstrap and Debian's keys; `ToolMissing` where they can't be had."""
    missing = [] if shutil.which("mmdebstrap") else ["mmdebstrap"]
    missing += [] if KEYRING.exists() else ["debian-archive-keyring"]
    for package in missing:
        if not apt.available():
            raise ToolMissing(
                f"no registry answers, and stand-ins can't be built here: {_why_not(package)}",
                "connect to a registry, or use a root shell of Debian or Ubuntu",
            )
        apt.install(package, say, engine.cancelled)


def _why_not(package: str) -> str:
    """Why a machine can't have the package, in one clause."""
    if sys.platform != "linux" or not shutil.which("apt-get"):
        return "that takes Debian or Ubuntu"
    return f"that takes {package}, which only root may install"


def command(root: Path, trusted: Path) -> list[str]:
    """mmdebstrap as root, else in a namespace where we look like root."""
    as_root = os.geteuid() == 0
    last = HERE / "standins" / BASE / "customize.sh"
    return [
        *(APART if as_root else ()),
        "mmdebstrap",
        f"--mode={'root' if as_root else 'unshare'}",
        *OPTIONS,
        f'--customize-hook={last} "$1" {trusted}',
        suite(),
        str(root),
        *sources(),
    ]


def sources() -> list[str]:
    """Lines for apt: from where this machine gets its own Debian, else from Debian itself."""
    places = {**ARCHIVES, **_mirrors()}
    debian, security = places["Debian"], places["Debian-Security"]
    signed = f"[signed-by={KEYRING}]"
    return [
        f"deb {signed} {debian} {suite()} main",
        f"deb {signed} {debian} {suite()}-updates main",
        f"deb {signed} {security} {suite()}-security main",
    ]


def _mirrors() -> dict[str, str]:
    """Where this machine's own packages come from, if it's a Debian."""
    asked = ["apt-get", "indextargets", "--format", "$(ORIGIN) $(LABEL) $(REPO_URI)"]
    try:
        done = subprocess.run(asked, capture_output=True, text=True, timeout=20, check=True)
    except (OSError, subprocess.SubprocessError):
        return {}
    found = [line.split() for line in done.stdout.splitlines()]
    return {row[1]: row[2].rstrip("/") for row in found if len(row) == 3 and row[0] == "Debian"}

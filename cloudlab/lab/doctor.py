"""What this machine has, which backend each part will use and why, what to install for more."""

import os
import platform
import shutil
from collections.abc import Iterator
from dataclasses import dataclass

from cloudlab.lab import rooms
from cloudlab.lab.engine import engines, own_engine
from cloudlab.lab.errors import LabError
from cloudlab.lab.parts import parts_for
from cloudlab.lab.paths import paths, private_folder
from cloudlab.lab.ports import is_free
from cloudlab.lab.settings import settings
from cloudlab.lab.state import load_state
from cloudlab.lab.tools import terraform
from cloudlab.lab.tools.finding import here, source_to_be, table

#: GB of disk and of free memory that each kind of part wants. AWS's are the least of the lab: with
#: them come the environment, Terraform's provider (700 MB unpacked) and JupyterLab.
DISK_GB = {"aws": 3.0, "containers": 3.0, "kubernetes": 2.0}
MEMORY_GB = {"aws": 2.0, "containers": 1.0, "kubernetes": 1.0}
ENGINE = "container engine"


@dataclass(frozen=True)
class Finding:
    """One row: what was looked for, what is there, what follows."""

    what: str
    found: str
    so: str
    good: bool = True
    optional: bool = False
    """Its lack stops no section."""


def examine() -> list[Finding]:
    """Look at everything; nothing is started or downloaded."""
    return [_machine(), _memory(), *_disk(), *_tools(), _provider(), _engine(), *_parts()]


def _machine() -> Finding:
    return Finding(
        "machine",
        f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores",
        f"Python {platform.python_version()}",
    )


def _memory() -> Finding:
    import psutil

    free = psutil.virtual_memory().available / 1e9
    return _judged("memory", f"{free:.1f} GB free", free, MEMORY_GB)


def _disk() -> Iterator[Finding]:
    """The folders that the lab writes, each on its own disk perhaps."""
    places = paths()
    for name, folder in (("lab", places.state), ("work", places.work), ("cache", places.cache)):
        try:
            free = shutil.disk_usage(private_folder(folder)).free / 1e9
        except LabError as error:
            yield Finding(f"{name} folder", error.what, error.todo, good=False)
            continue
        yield _judged(f"{name} folder", f"{folder}, {free:.0f} GB free", free, DISK_GB)


def _judged(what: str, found: str, free: float, wanted: dict[str, float]) -> Finding:
    """What is free against what the sections' parts want: enough for all, to begin, or too little.

    A kind of part that isn't in the table wants nothing that is worth a word.
    """
    least = wanted["aws"]
    all_of_it = sum(wanted.get(part, 0) for part in rooms.needs(rooms.sections()).parts)
    if free >= max(least, all_of_it):
        return Finding(what, found, "enough")
    if free >= least:
        so = f"enough to begin; all sections together want {all_of_it:.0f} GB"
        return Finding(what, found, so, good=False, optional=True)
    return Finding(what, found, f"make room: the lab wants {least:.0f} GB", good=False)


def _tools() -> Iterator[Finding]:
    """Each tool of the table: from PATH, fetched or built before, or still to be."""
    for name, row in table().items():
        if tool := here(name):
            whence = {"PATH": str(tool.path), "release": "downloaded before"}
            found = f"{tool.version}, {whence.get(tool.source, 'built before')}"
            yield Finding(name, found, "used as it is")
            continue
        if row.get("on_demand"):
            continue
        release = row.get("release")
        so = {
            "download": f"`cloudlab up` downloads {release} (SHA-256 compared)",
            "build": f"`cloudlab up` builds {release} from its Go modules",
        }.get(source_to_be(name) or "", f"install it: {row.get('at_least')} or newer")
        yield Finding(name, "not here", so, good=False, optional=True)


def _provider() -> Finding:
    """Terraform's AWS provider."""
    mirrors = terraform.find_mirrors()
    if mirrors:
        return Finding("AWS provider", str(mirrors[0]), "Terraform takes it from there")
    so = f"`cloudlab up` fetches {terraform.PROVIDER_VERSION} from Terraform's registry"
    return Finding("AWS provider", "not here", so, good=False, optional=True)


def _engine() -> Finding:
    """Docker's engine or Podman: some sections need one."""
    if settings().containers == "none":
        return Finding(ENGINE, "not wanted (LAB_CONTAINERS=none)", "sections go on without one")
    said: list[str] = []
    if engine := engines.find(said.append):
        own = own_engine.endpoint_used() == engine.endpoint and own_engine.runs()
        so = "the lab's own: `cloudlab down` stops it" if own else "used, and never stopped"
        return Finding(ENGINE, f"{engine.backend} {engine.version}, {engine.endpoint}", so)
    found = "; ".join(said) or "none answers"
    if own_engine.possible() and not engines.chosen():
        so = f"`cloudlab up` {own_engine.outlook()}; `cloudlab down` stops it"
        return Finding(ENGINE, found, so)
    return Finding(ENGINE, found, engines.advice(), good=False, optional=True)


def _parts() -> Iterator[Finding]:
    """The backend that each part will use, and whether its port is free."""
    running = load_state().parts
    chosen = settings()
    needs = [*rooms.needs(rooms.sections()).parts, "jupyter"]
    for part in parts_for(needs, chosen):
        port, now = part.preferred_port, running.get(part.name)
        if now and not now.failure:
            so = f"running at {now.endpoint}" if now.endpoint else "here"
        elif port is None:
            so = "is somebody else's" if part.backend == "external" else "needs no port"
        elif is_free(port):
            so = f"will listen on 127.0.0.1:{port}"
        else:
            so = f"port {port} is taken: the next free one will be used"
        yield Finding(f"part {part.name}", f"{part.backend} ({part.fidelity})", so)

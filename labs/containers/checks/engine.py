"""The section's things as the engine tells them, read anew at every look."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from cloudlab.learning.view import LabView

SECTION = "containers"
PROJECT = "com.docker.compose.project"
SERVICE = "com.docker.compose.service"
MARK = "cloudlab.section"

HEALTH = re.compile(r"\((?:health: )?(healthy|unhealthy|starting)\)")
#: 2026-01-31T12:00:00.123456789Z: the engine counts nanoseconds, and Python doesn't.
MOMENT = re.compile(r"^(?P<second>[^.Z+]+)(?:\.(?P<fraction>\d+))?(?P<zone>Z|[+-]\d\d:\d\d)$")
LISTENS = "0A"
LOOPBACK_V4, LOOPBACK_V6 = "7F", "00000000000000000000000001000000"
LOOPBACK_MAPPED = "0000000000000000FFFF0000"


@dataclass(frozen=True)
class Container:
    """One container of the section, as the engine's list shows it; `details` asks for the rest."""

    lab: LabView
    id: str
    name: str
    service: str
    image: str
    state: str
    health: str
    created: int
    composed: bool

    @property
    def running(self) -> bool:
        """Whether its process runs (a paused one is there, and doesn't)."""
        return self.state == "running"

    @cached_property
    def details(self) -> dict[str, Any]:
        """All that the engine knows of it."""
        found: dict[str, Any] = self.lab.docker.api.inspect_container(self.id)
        return found

    @property
    def environment(self) -> dict[str, str]:
        """The variables that its process was started with."""
        entries = (entry.partition("=") for entry in self.details["Config"]["Env"] or ())
        return {name: value for name, _, value in entries}

    @property
    def networks(self) -> set[str]:
        """The networks that it stands in."""
        return set(self.details["NetworkSettings"]["Networks"])

    @property
    def published(self) -> dict[int, int]:
        """Port of this machine → port of the container, as it was asked for."""
        return {
            int(one["HostPort"]): int(inside.partition("/")[0])
            for inside, many in (self.details["HostConfig"]["PortBindings"] or {}).items()
            for one in many or ()
            if one["HostPort"]
        }

    def run(self, *words: str) -> str | None:
        """What a command in it prints; None where it fails or can't be run."""
        api = self.lab.docker.api
        job = api.exec_create(self.id, list(words), stderr=False)
        said: bytes = api.exec_start(job["Id"])
        return (
            said.decode(errors="replace") if api.exec_inspect(job["Id"])["ExitCode"] == 0 else None
        )

    def holds(self, path: str) -> bool:
        """Whether a path exists in it, running or not."""
        from docker.errors import NotFound

        try:
            stream, _ = self.lab.docker.api.get_archive(self.id, path, chunk_size=512)
        except NotFound:
            return False
        stream.close()
        return True

    @property
    def listening(self) -> dict[int, bool]:
        """Port → whether others than the container itself can reach it, from its kernel's table."""
        found: dict[int, bool] = {}
        table = self.run("cat", "/proc/net/tcp", "/proc/net/tcp6") or ""
        for line in table.splitlines():
            words = line.split()
            if len(words) > 3 and words[3] == LISTENS:
                address, _, port = words[1].partition(":")
                number = int(port, 16)
                found[number] = found.get(number, False) or not _is_loopback(address)
        return found


def _is_loopback(address: str) -> bool:
    """Whether an address of /proc/net/tcp (hexadecimal, bytes turned round) is the loopback's."""
    if len(address) == 8:
        return address.endswith(LOOPBACK_V4)
    mapped = address.startswith(LOOPBACK_MAPPED) and address.endswith(LOOPBACK_V4)
    return address == LOOPBACK_V6 or mapped


def containers(lab: LabView) -> list[Container]:
    """The section's containers, whatever their state, oldest first."""
    found = (_container(lab, one) for one in lab.docker.api.containers(all=True) if _ours(one))
    return sorted(found, key=lambda one: one.created)


def _ours(one: dict[str, Any]) -> bool:
    labels = one["Labels"] or {}
    return (
        SECTION in (labels.get(MARK), labels.get(PROJECT))
        or _name(one).startswith(f"{SECTION}-")
        or str(one["Image"]).startswith(f"{SECTION}/")
    )


def _name(one: dict[str, Any]) -> str:
    names = one["Names"] or [""]
    return str(names[0]).removeprefix("/")


def _container(lab: LabView, one: dict[str, Any]) -> Container:
    name = _name(one)
    health = HEALTH.search(one["Status"] or "")
    return Container(
        lab=lab,
        id=one["Id"],
        name=name,
        service=(one["Labels"] or {}).get(SERVICE) or name.removeprefix(f"{SECTION}-"),
        image=one["Image"],
        state=one["State"],
        health=health[1] if health else "",
        created=one["Created"],
        composed=SERVICE in (one["Labels"] or {}),
    )


def of_service(lab: LabView, service: str) -> list[Container]:
    """The containers of a service (of compose, or `docker run --name containers-<service>`)."""
    return [one for one in containers(lab) if one.service == service]


def running(lab: LabView, service: str) -> Container | None:
    """The newest running container of a service."""
    return next((one for one in reversed(of_service(lab, service)) if one.running), None)


def image(lab: LabView, tag: str) -> dict[str, Any] | None:
    """What the engine knows of an image; None where no image has that tag."""
    from docker.errors import ImageNotFound

    try:
        found: dict[str, Any] = lab.docker.api.inspect_image(tag)
    except ImageNotFound:
        return None
    return found


def seconds(moment: str) -> float:
    """A moment as the engine writes it, in seconds since the epoch."""
    found = MOMENT.match(moment)
    assert found is not None, moment
    zone = "+00:00" if found["zone"] == "Z" else found["zone"]
    whole = datetime.fromisoformat(found["second"] + zone).timestamp()
    return whole + float(f"0.{found['fraction'] or 0}")

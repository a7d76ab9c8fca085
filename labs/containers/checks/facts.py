"""The story that the checks and the post-mortem read, in lines that a person can read, too.

containers   service, id, state, health
web image    the steps of containers/web, with the moment at which each was carried out
api          id, when it began, what it says of its readiness
database     id, since when it answers
rows         what the guest book holds: when it was written, by whom
registry     what the discovery service lists: name, address, whether it's alive
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from cloudlab.learning.checks import watch
from cloudlab.learning.view import LabView

from .discovery import registered
from .engine import Container, containers, image, seconds
from .steps import steps_of

WEB_IMAGE = "containers/web"
#: The api itself waits up to 2 s for what it depends on.
API_SECONDS = 4.0

# Over TCP: while the image's first start fills the database, a server of its own answers on the
# socket alone. Where nobody has brought the guest book, there are no rows.
PSQL = """
export PGPASSWORD="${POSTGRES_PASSWORD:-$(cat "$POSTGRES_PASSWORD_FILE" 2>/dev/null)}"
ask() { psql -h 127.0.0.1 -U "$POSTGRES_USER" -d "${POSTGRES_DB:-$POSTGRES_USER}" -At -c "$1"; }
ask "SELECT extract(epoch FROM pg_postmaster_start_time())" || exit
ask "SELECT extract(epoch FROM came) || ' ' || name FROM guests ORDER BY came" || true
"""


@dataclass(frozen=True)
class Standing:
    """One container at one moment."""

    service: str
    id: str
    state: str
    health: str

    @classmethod
    def of(cls, container: Container) -> Standing:
        """As the engine shows it now."""
        return cls(container.service, container.id[:12], container.state, container.health)

    @classmethod
    def read(cls, line: str) -> Standing:
        """From the story's line."""
        service, id_, state, *health = line.split()
        return cls(service, id_, state, health[0] if health else "")

    def __str__(self) -> str:
        return f"{self.service} {self.id} {self.state} {self.health}".rstrip()


@dataclass(frozen=True)
class Api:
    """The api at one moment: when its container began (seconds since the epoch), its answer."""

    id: str
    began: float
    ready: int

    @classmethod
    def read(cls, line: str) -> Api:
        """From the story's line."""
        id_, began, ready = line.split()
        return cls(id_, float(began), int(ready))

    def __str__(self) -> str:
        return f"{self.id} {self.began:.3f} {self.ready}"


@watch
def facts(lab: LabView) -> dict[str, Any]:
    """What changes when somebody works on this section, in a form that can be kept and compared."""
    found = containers(lab)
    running = {one.service: one for one in found if one.running}
    return {
        "containers": sorted(str(Standing.of(one)) for one in found),
        "web image": _web_image(lab),
        "api": [str(api) for api in _api(lab, running.get("api"))],
        **_database(running.get("db")),
        "registry": [str(one) for one in registered(lab) or ()],
    }


def standings(observed: dict[str, Any]) -> list[Standing]:
    """The containers of one observation."""
    return [Standing.read(line) for line in observed.get("containers") or ()]


def _web_image(lab: LabView) -> list[str]:
    found = image(lab, WEB_IMAGE)
    return [str(step) for step in steps_of(lab, found["Id"])] if found else []


def _api(lab: LabView, container: Container | None) -> list[Api]:
    if container is None or lab.ports["API_PORT"] not in container.published:
        return []
    answer = lab.http(f"http://127.0.0.1:{lab.ports['API_PORT']}/ready", timeout=API_SECONDS)
    began = seconds(container.details["State"]["StartedAt"])
    return [Api(container.id[:12], began, answer.status if answer else 0)]


def _database(container: Container | None) -> dict[str, list[str]]:
    """Nothing while it doesn't answer."""
    said = container.run("sh", "-c", PSQL) if container else None
    if container is None or not said:
        return {"database": [], "rows": []}
    since, *rows = said.splitlines()
    return {"database": [f"{container.id[:12]} {float(since):.3f}"], "rows": rows}

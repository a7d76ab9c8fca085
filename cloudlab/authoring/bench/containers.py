"""Containers: how quickly the application is up, how big its images are, how fast discovery is."""

from __future__ import annotations

import os
import shutil
import statistics
from collections.abc import Iterator

from cloudlab.authoring.application import CannotBuild, Stack
from cloudlab.authoring.bench import discovery, sizes
from cloudlab.authoring.bench.measures import Found, LeftOut, Measure, attempted, timed
from cloudlab.authoring.own_lab import own_lab
from cloudlab.lab.engine import engines, own_engine, section_things
from cloudlab.lab.environment import safe_environment
from cloudlab.lab.settings import settings
from cloudlab.lab.state import load_state

#: The part, and the section that needs it.
PART = "containers"
UPS = 3


def measures() -> Iterator[Found]:
    """Measure all, in a lab of its own; the learner's stays as it is."""
    yield from attempted("discovery", discovery.measures)
    if why := without_engine():
        yield LeftOut("the application in containers", why)
    else:
        yield from attempted("the application in containers", application)


def without_engine() -> str | None:
    """Why nothing can be run in containers here; None where it can. Nothing is installed."""
    if settings().containers == "none":
        return "LAB_CONTAINERS=none"
    if engines.find():
        in_use = section_things.there(())  # the end of another lab would remove it
        return "a section has containers there: `make lab-down` first" if in_use else None
    if own_engine.possible() and shutil.which("dockerd"):
        return None
    return f"no container engine answers: {engines.advice()}"


def application() -> Iterator[Found]:
    """Build it, bring it up some times, and weigh its images."""
    with own_lab(PART), Stack.own(safe_environment(os.environ, load_state())) as app:
        try:
            app.build()
        except CannotBuild as error:
            yield LeftOut("the application in containers", f"it can't be built: {error}")
            return
        up = statistics.median(ups(app))
        yield Measure("docker compose up, from nothing to healthy", up, "s")
        yield from sizes.measures(app)


def ups(app: Stack) -> Iterator[float]:
    """Seconds of each start; the images are there, and nothing else is."""
    for _ in range(UPS):
        yield timed(app.up)
        app.down()

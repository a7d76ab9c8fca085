"""Docker's client as the lab uses it: a configuration of its own, with the plugins that it needs.

The learner's own holds the keys of their registries, their contexts, their builders.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

from cloudlab.lab.errors import ToolMissing
from cloudlab.lab.paths import paths, private_folder, write_private
from cloudlab.lab.tools.finding import Progress, find_tool, link

COMPOSE, BUILDX = "docker-compose", "docker-buildx"

#: What makes Docker's commands say what they did, and nothing beside it.
QUIET = {
    "DOCKER_CLI_HINTS": "false",
    "DOCKER_SCAN_SUGGEST": "false",
    "COMPOSE_MENU": "false",
    "BUILDX_GIT_INFO": "false",
    "BUILDX_NO_DEFAULT_ATTESTATIONS": "1",
}
#: How images are built: by BuildKit, for which compose goes through buildx; or as before it.
BUILDKIT = {"DOCKER_BUILDKIT": "1"}
CLASSIC = {"DOCKER_BUILDKIT": "0", "COMPOSE_BAKE": "false"}


def folder() -> Path:
    """DOCKER_CONFIG of every command of the lab."""
    return private_folder(paths().state / "docker")


def lay(
    backend: str, meter: Progress, say: Callable[[str], None], cancelled: threading.Event
) -> dict[str, str]:
    """Link the client and its plugins; returns the variables that go with them.

    Podman has no BuildKit: there, and where buildx can't be had, images are built as they were
    before it.
    """
    write_private(folder() / "config.json", "{}\n")
    client = find_tool("docker", meter, say, cancelled)
    link(client.path, private_folder(paths().state / "bin") / client.name)
    _link(COMPOSE, meter, say, cancelled)
    buildkit = backend != "Podman" and _buildx(meter, say, cancelled)
    return {**QUIET, **(BUILDKIT if buildkit else CLASSIC)}


def _buildx(meter: Progress, say: Callable[[str], None], cancelled: threading.Event) -> bool:
    """Link buildx; whether it could be had."""
    try:
        _link(BUILDX, meter, say, cancelled)
    except ToolMissing as error:
        say(error.what)
        return False
    return True


def _link(
    name: str, meter: Progress, say: Callable[[str], None], cancelled: threading.Event
) -> None:
    """Find one plugin and lay it where the client looks."""
    found = find_tool(name, meter, say, cancelled)
    link(found.path, private_folder(folder() / "cli-plugins") / name)

"""What can break in the last exercise: each is one small change in the engine, as a slip would be.

`docker compose up --force-recreate` mends every one of them, and so does taking the change back.
"""

from __future__ import annotations

from typing import Any

from cloudlab.learning.checks import outage
from cloudlab.learning.view import LabView

PROJECT = "com.docker.compose.project=containers"


@outage("database-stopped", symptom="New texts are taken; what was counted can't be shown.")
def database_stopped(lab: LabView) -> None:
    """Somebody freed memory."""
    for container in _of(lab, "db"):
        container.stop(timeout=5)


@outage("redis-frozen", symptom="Whoever sends a text waits, and then reads: try again.")
def redis_frozen(lab: LabView) -> None:
    """The queue's process stands still; its container counts as there."""
    for container in _of(lab, "redis"):
        container.pause()


@outage("api-off-the-network", symptom="The front page is there; whatever needs the api says 503.")
def api_off_the_network(lab: LabView) -> None:
    """Somebody tidied up a network."""
    for container in _of(lab, "api"):
        for network in container.attrs["NetworkSettings"]["Networks"]:
            lab.docker.networks.get(network).disconnect(container)


@outage("worker-gone", symptom="Texts are taken, and stay waiting for ever.")
def worker_gone(lab: LabView) -> None:
    """Nobody works on what is taken."""
    for container in _of(lab, "worker"):
        container.remove(force=True)


def _of(lab: LabView, service: str) -> list[Any]:
    labels = [PROJECT, f"com.docker.compose.service={service}"]
    return list(lab.docker.containers.list(filters={"label": labels}))

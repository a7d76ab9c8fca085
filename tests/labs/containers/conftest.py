"""An engine made by hand, ports that answer as told, and the story of a section: no lab needed."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import docker.errors
import pytest

from cloudlab.learning.checks import load_room
from cloudlab.learning.http import Answer
from cloudlab.learning.outcomes import Outcome
from cloudlab.learning.record import Command, Observation, Record
from cloudlab.learning.sections import load_section
from cloudlab.learning.view import LabView

Judge = Callable[..., Outcome]

PORTS = {
    "WEB_PORT": 8080,
    "API_PORT": 8081,
    "DISCOVERY_PORT": 8082,
    "FRONT_PORT": 8083,
    "TLS_PORT": 8443,
}


@dataclass
class Box:
    """One container as a test describes it; `says` is what commands in it print."""

    name: str
    image: str = "containers/web"
    state: str = "running"
    status: str = "Up 2 seconds"
    env: dict[str, str] = field(default_factory=dict)
    ports: dict[str, list[dict[str, str]]] = field(default_factory=dict)
    says: dict[str, str] = field(default_factory=dict)
    files: set[str] = field(default_factory=set)
    networks: dict[str, list[str]] = field(default_factory=lambda: {"containers_default": []})
    mounts: list[dict[str, str]] = field(default_factory=list)
    service: str = ""
    host: dict[str, Any] = field(default_factory=dict)
    config: dict[str, Any] = field(default_factory=dict)
    inside: dict[str, Any] = field(default_factory=dict)

    @property
    def id(self) -> str:
        """As long as an engine's."""
        return hashlib.sha256(self.name.encode()).hexdigest()


class Engine:
    """Stands for docker.DockerClient: the few calls that the checks make."""

    def __init__(self, boxes: list[Box], images: dict[str, dict[str, Any]]) -> None:
        self.boxes = {box.id: box for box in boxes}
        self.images = images
        self.jobs: dict[str, str | None] = {}
        self.api = self

    def containers(self, all: bool) -> list[dict[str, Any]]:
        assert all
        return [
            {
                "Id": box.id,
                "Names": [f"/{box.name}"],
                "Image": box.image,
                "State": box.state,
                "Status": box.status,
                "Created": number,
                "Labels": {"com.docker.compose.service": box.service} if box.service else {},
            }
            for number, box in enumerate(self.boxes.values())
        ]

    def inspect_container(self, id_: str) -> dict[str, Any]:
        box = self.boxes[id_]
        config = {
            "Env": [f"{name}={value}" for name, value in box.env.items()],
            "User": "node",
            "WorkingDir": "/app",
            "Hostname": id_[:12],
        }
        networks = {name: {"Aliases": aliases} for name, aliases in box.networks.items()}
        return {
            "Image": box.image,
            "RestartCount": 0,
            "Config": config | box.config,
            "State": {"StartedAt": "2026-01-01T00:00:10Z"} | box.inside,
            "HostConfig": {"PortBindings": box.ports, "PublishAllPorts": False, "NetworkMode": ""}
            | box.host,
            "NetworkSettings": {"Networks": networks},
            "Mounts": box.mounts,
        }

    def exec_create(self, id_: str, words: list[str], stderr: bool) -> dict[str, str]:
        said = [told for part, told in self.boxes[id_].says.items() if part in " ".join(words)]
        job = str(len(self.jobs))
        self.jobs[job] = said[0] if said else None
        return {"Id": job}

    def exec_start(self, job: str) -> bytes:
        return (self.jobs[job] or "").encode()

    def exec_inspect(self, job: str) -> dict[str, int]:
        return {"ExitCode": 1 if self.jobs[job] is None else 0}

    def get_archive(self, id_: str, path: str, chunk_size: int) -> tuple[Any, dict[str, Any]]:
        if path not in self.boxes[id_].files:
            raise docker.errors.NotFound(path)
        return SimpleNamespace(close=lambda: None), {}

    def inspect_image(self, tag: str) -> dict[str, Any]:
        if tag not in self.images:
            raise docker.errors.ImageNotFound(tag)
        return {"Id": tag, **self.images[tag]}

    def history(self, id_: str) -> list[dict[str, Any]]:
        steps: list[dict[str, Any]] = self.images.get(id_, {}).get("history", [])
        return steps


@pytest.fixture
def judge(monkeypatch: pytest.MonkeyPatch) -> Judge:
    """What a check says to these containers, images, answers (URL's end → Answer) and story."""

    def judged(
        exercise: str,
        *boxes: Box,
        images: dict[str, dict[str, Any]] | None = None,
        web: dict[str, Answer] | None = None,
        **story: Any,
    ) -> Outcome:
        def http(view: LabView, url: str, method: str = "GET", **more: Any) -> Answer | None:
            return next((told for end, told in (web or {}).items() if url.endswith(end)), None)

        engine = Engine(list(boxes), images or {})
        monkeypatch.setattr(LabView, "docker", engine)
        monkeypatch.setattr(LabView, "ports", PORTS)
        monkeypatch.setattr(LabView, "http", http)
        view = LabView(
            load_section("containers"), Record(section="containers", memory_id="", **story)
        )
        return load_room("containers").checks[f"containers.{exercise}"](view)

    return judged


def says(status: int = 200, text: str = "", **headers: str) -> Answer:
    """An answer of a port."""
    return Answer(status, {name.replace("_", "-"): value for name, value in headers.items()}, text)


def told(*facts: dict[str, Any]) -> list[Observation]:
    """Observations, a second apart."""
    return [Observation(at=at, after=at - 1, facts=one) for at, one in enumerate(facts, start=1)]


def ran(line: str, exit_code: int = 0, tail: str = "", at: float = 1.0) -> Command:
    """A command that ended at `at`."""
    return Command(line=line, exit_code=exit_code, started=at - 0.5, ended=at, tail=tail)

"""compose.yaml as a text: what the seed's lacked."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

OURS = {"web", "api", "worker", "discovery"}
ALL = {*OURS, "nginx", "db", "redis"}


def test_it_has_all_services_and_no_version(compose: dict[str, Any]) -> None:
    assert set(compose["services"]) == ALL
    assert "version" not in compose


def test_every_service_can_be_told_healthy(compose: dict[str, Any], app: Path) -> None:
    for name, service in compose["services"].items():
        own = app / name / "Dockerfile"
        assert "healthcheck" in service or "\nHEALTHCHECK " in own.read_text()


def test_who_depends_on_somebody_waits_until_that_is_healthy(compose: dict[str, Any]) -> None:
    for service in compose["services"].values():
        for depends in service.get("depends_on", {}).values():
            assert depends == {"condition": "service_healthy"}


def test_only_the_door_and_discovery_are_published_and_only_here(compose: dict[str, Any]) -> None:
    published = {
        name: service["ports"]
        for name, service in compose["services"].items()
        if "ports" in service
    }
    assert set(published) == {"nginx", "discovery"}
    assert all(port.startswith("127.0.0.1:${") for ports in published.values() for port in ports)


def test_everything_carries_the_sections_label(compose: dict[str, Any]) -> None:
    label = {"cloudlab.section": "containers"}
    for kind in ("services", "networks", "volumes"):
        assert all(one["labels"] == label for one in compose[kind].values())
    assert all(compose["services"][name]["build"]["labels"] == label for name in OURS)


def test_no_password_stands_in_any_file(compose: dict[str, Any], app: Path) -> None:
    assert all("file" in secret for secret in compose["secrets"].values())
    for service in compose["services"].values():
        for name, value in (service.get("environment") or {}).items():
            assert "PASSWORD" not in name or name.endswith("_PASSWORD_FILE")
            assert not re.search(r"://[^/@]*:[^/@]+@", str(value))
    assert not [file for file in app.rglob("*.pem") if "ssl" not in file.parts]


def test_everyone_starts_again_and_within_limits(compose: dict[str, Any]) -> None:
    for service in compose["services"].values():
        assert service["restart"] == "unless-stopped"
        assert set(service["deploy"]["resources"]["limits"]) == {"cpus", "memory"}


def test_only_who_needs_the_database_reaches_it(compose: dict[str, Any]) -> None:
    reach = {name for name, one in compose["services"].items() if "back" in one["networks"]}
    assert reach == {"api", "worker", "db", "redis"}
    assert compose["networks"]["back"]["internal"] is True

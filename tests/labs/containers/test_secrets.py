"""Secrets: places of a password that no misconception file lists."""

from __future__ import annotations

from typing import Any

import pytest

from .conftest import Box, Judge, says

READY = {":8081/ready": says()}
MOUNT = [{"Type": "bind", "Destination": "/run/secrets/password"}]
TOLD = {"DATABASE_PASSWORD_FILE": "/run/secrets/password", "DATABASE_URL": "postgresql://a@db/a"}


def api(**settings: Any) -> Box:
    given = {"env": TOLD, "mounts": MOUNT, "says": {"cat": "open-sesame\n"}, **settings}
    return Box("containers-api-1", service="api", image="containers/api", **given)


def database(**settings: Any) -> Box:
    given = {"env": {"POSTGRES_PASSWORD_FILE": "/run/secrets/password"}, "mounts": MOUNT}
    return Box("containers-db-1", service="db", image="postgres", **given, **settings)


def test_a_mounted_file_passes(judge: Judge) -> None:
    outcome = judge("secrets", api(), database(), web=READY)
    assert (outcome.passed, outcome.shows) == (True, "everybody")


@pytest.mark.parametrize(
    "variable",
    [
        ("POSTGRES_PASSWORD", "x"),
        ("PGPASSWORD", "x"),
        ("DATABASE_URL", "postgresql://a:x@db/a"),
        ("API_TOKEN", "x"),
    ],
)
def test_any_variable_that_tells_is_told(judge: Judge, variable: tuple[str, str]) -> None:
    talks = api(env=TOLD | dict([variable]))
    assert judge("secrets", talks, database(), web=READY).code == "environment"


def test_any_container_that_tells_counts(judge: Judge) -> None:
    worker = Box("containers-worker-1", service="worker", env={"REDIS_URL": "redis://:x@redis"})
    assert judge("secrets", api(), database(), worker, web=READY).code == "environment"


def test_an_empty_password_tells_nothing(judge: Judge) -> None:
    empty = api(env=TOLD | {"PGPASSWORD": ""})
    assert judge("secrets", empty, database(), web=READY).passed


def test_a_file_of_the_image_is_everybodys(judge: Judge) -> None:
    baked = api(env=TOLD | {"DATABASE_PASSWORD_FILE": "/app/password.txt"})
    assert judge("secrets", baked, database(), web=READY).code == "image"


def test_a_build_argument_stays_in_the_history(judge: Judge) -> None:
    step = {"CreatedBy": "RUN |1 PASSWORD=open-sesame /bin/sh -c make # buildkit", "Created": 1}
    images = {"containers/api": {"history": [step]}}
    assert judge("secrets", api(), database(), images=images, web=READY).code == "image"


def test_no_password_is_no_secret(judge: Judge) -> None:
    trusts = api(env={"DATABASE_URL": "postgresql://a@db/a"}, mounts=[])
    assert judge("secrets", trusts, database(), web=READY).code == "no-password"

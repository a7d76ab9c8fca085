"""Secrets: whether the engine would tell a password to anybody who asks it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from cloudlab.learning.checks import check
from cloudlab.learning.outcomes import Outcome, not_attempted, not_yet, passed, settling
from cloudlab.learning.view import LabView

from .engine import Container, containers, running
from .facts import API_SECONDS

SECRET = re.compile(r"PASSWORD|SECRET|TOKEN", re.IGNORECASE)
OK = 200


@check("containers.secrets")
def secrets(lab: LabView) -> Outcome:
    """The api is ready, and neither an environment nor an image holds the password."""
    found = [one for one in containers(lab) if one.running]
    api = running(lab, "api")
    if api is None or running(lab, "db") is None:
        return not_attempted("start the services of compose.yaml.")
    told = sorted({name for one in found for name in _told(one)})
    if told:
        return not_yet(
            "environment",
            seen=f"docker inspect tells the password to whoever asks: {', '.join(told)}.",
            expected="no variable that holds it.",
            look="`docker inspect` of the containers, under Env.",
        )
    baked = sorted({one.service for one in found if _baked(lab, one)})
    if baked:
        return not_yet(
            "image",
            seen=f"The image of {' and '.join(baked)} holds the password, for all who get it.",
            expected="an image that could be given to anybody.",
            look="`docker history --no-trunc` of that image.",
        )
    return _whether_ready(lab, api)


def _told(container: Container) -> Iterator[str]:
    """The variables of a container that hold a password."""
    for name, value in container.environment.items():
        named = bool(SECRET.search(name)) and not name.endswith("_FILE") and value
        if named or ("://" in value and urlsplit(value).password):
            yield f"{name} of {container.service}"


def _baked(lab: LabView, container: Container) -> bool:
    """Whether a password's file is the image's own, or the image's history tells a password."""
    files = {v for name, v in container.environment.items() if name.endswith("_PASSWORD_FILE")}
    mounts = tuple(mount["Destination"] for mount in container.details["Mounts"])
    if any(not file.startswith(mounts) for file in files):
        return True
    said = [container.run("cat", file) for file in files]
    history = lab.docker.api.history(container.details["Image"])
    steps = " ".join(one["CreatedBy"] or "" for one in history)
    return any(password and password.strip() in steps for password in said)


def _whether_ready(lab: LabView, api: Container) -> Outcome:
    answer = lab.http(f"http://127.0.0.1:{lab.ports['API_PORT']}/ready", timeout=API_SECONDS)
    if answer is None or answer.status != OK:
        return settling("the api isn't ready yet", "`docker compose logs api db`")
    if not any(mount["Destination"].startswith("/run/secrets/") for mount in api.details["Mounts"]):
        return not_yet(
            "no-password",
            seen="No variable holds a password, and the api needs none: anybody may come in.",
            expected="a password, in a file that only the container sees.",
            look="what does the database ask of whoever calls it?",
        )
    return passed(
        "The api is ready; its password comes from a mounted file, and no environment and no "
        "image holds it.",
        shows="everybody",
    )

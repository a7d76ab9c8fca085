"""AWS services by LocalStack's container: asked for, or where there's a token for it."""

import os
from dataclasses import replace
from typing import ClassVar

from cloudlab.lab.engine import docker
from cloudlab.lab.errors import ToolMissing
from cloudlab.lab.parts.base import Context, Part
from cloudlab.lab.ports import HOST
from cloudlab.lab.settings import Settings
from cloudlab.lab.state import PartState

#: The last community image that needs no token.
FREE_IMAGE = "localstack/localstack:4.14.0"
TOKEN_IMAGE = "localstack/localstack-pro:latest"


def wanted(settings: Settings) -> bool:
    """Whether LAB_AWS=auto means LocalStack: there's a token, and an engine to run it."""
    return bool(settings.localstack_token) and docker.engine() is not None


def image(settings: Settings) -> str:
    """The free image, or with a token the whole one."""
    return TOKEN_IMAGE if settings.localstack_token else FREE_IMAGE


class LocalStack(Part):
    """All AWS services that LocalStack has; moto keeps the network where it has none."""

    name = "aws"
    title = "AWS services"
    backend = "LocalStack"
    preferred_port: ClassVar[int | None] = 4576
    health: ClassVar[str | None] = "/_localstack/health"
    keeps_data = True
    in_container = True
    limit = 120.0

    def fingerprint(self, context: Context) -> str:
        """Of the image and the port."""
        return f"{image(context.settings)} {context.ports[self.name]}"

    def start(self, context: Context) -> PartState:
        """Pull where needed, then run, published on loopback alone."""
        if docker.engine() is None:
            raise ToolMissing(
                "LocalStack needs Docker, and no engine answers",
                "start Docker, or leave LAB_AWS out for the embedded lab",
            )
        state, name = self.blank(context), image(context.settings)
        if not docker.has_image(name):
            context.say(self.name, f"pulling {name}")
            docker.pull(name)
        options = ["--publish", f"{HOST}:{context.ports[self.name]}:4566"]
        if context.settings.localstack_token and "LOCALSTACK_AUTH_TOKEN" in os.environ:
            options += ["--env", "LOCALSTACK_AUTH_TOKEN"]  # by name: no token on a command line
        container = docker.run(name, "cloudlab-aws", options)
        return replace(state, containers=[container], log=None)

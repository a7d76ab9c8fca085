"""Somebody else's AWS emulator, at AWS_ENDPOINT_URL."""

from dataclasses import replace
from typing import ClassVar

from cloudlab.lab.parts.base import Context, Part
from cloudlab.lab.state import PartState


class External(Part):
    """Asked for by LAB_AWS=external: started and stopped by whoever runs it.

    The keys stay the fake ones, so a real account would refuse every call.
    """

    name = "aws"
    title = "AWS services"
    backend = "external"
    health: ClassVar[str | None] = None
    keeps_data = True
    limit = 5.0

    def endpoint(self, context: Context) -> str | None:
        """The address given."""
        return context.settings.external_aws

    def fingerprint(self, context: Context) -> str:
        """The address is all that we know of it."""
        return self.endpoint(context) or ""

    def start(self, context: Context) -> PartState:
        """Nothing to start."""
        return replace(self.blank(context), log=None)

"""Whose fault is it: errors of clients that say that a part of the lab is down."""

from __future__ import annotations

from cloudlab.lab import aws, kube_client


def part_down(error: BaseException) -> str | None:
    """The part that doesn't answer, if that is what the error says; None for any other error.

    Which client raised it is told by its classes, so that no client is imported to ask.
    """
    libraries = {cls.__module__.partition(".")[0] for cls in type(error).__mro__}
    if "botocore" in libraries:
        return aws.part_down(error)
    if "kubernetes" in libraries:
        return kube_client.part_down(error)
    return None

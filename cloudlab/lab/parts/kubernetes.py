"""Which cluster: one with real nodes where there can be one, else the embedded one."""

from __future__ import annotations

from cloudlab.lab.parts.base import Part
from cloudlab.lab.settings import Settings


def parts(settings: Settings) -> list[Part]:
    """The part that LAB_KUBERNETES asks for, or that this machine is good for."""
    from cloudlab.lab.parts import external_cluster, kind, kwok

    if settings.kubernetes == "external":
        return [external_cluster.ExternalCluster()]
    if settings.kubernetes == "kind" or (settings.kubernetes == "auto" and kind.possible()):
        return [kind.Kind()]
    return [kwok.Kwok()]

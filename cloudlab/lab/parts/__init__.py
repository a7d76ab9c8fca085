"""The parts of the lab, a module a backend, and which of them a need brings."""

from collections.abc import Iterable

from cloudlab.lab.errors import UsageError
from cloudlab.lab.parts.base import Context, Part
from cloudlab.lab.settings import Settings

__all__ = ["Context", "Part", "parts_for"]


def parts_for(needs: Iterable[str], settings: Settings) -> list[Part]:
    """The parts that the needs bring on this machine, slowest to start first."""
    table = {
        "aws": _aws,
        "containers": _containers,
        "jupyter": _jupyter,
        "kubernetes": _kubernetes,
    }
    unknown = set(needs) - set(table)
    if unknown:
        raise UsageError(
            f"no part provides {', '.join(sorted(unknown))}", f"known: {', '.join(table)}"
        )
    return [part for need in sorted(set(needs)) for part in table[need](settings)]


def _aws(settings: Settings) -> list[Part]:
    """AWS: the embedded emulators, LocalStack's container, or an address outside."""
    from cloudlab.lab.parts import external, gateway, localstack, ministack, moto

    if settings.aws == "external":
        return [external.External()]
    if settings.aws == "localstack" or (settings.aws == "auto" and localstack.wanted(settings)):
        everything = localstack.LocalStack()
        rest: list[Part] = [] if settings.localstack_token else [moto.Moto()]
        return [*rest, gateway.Gateway(), everything]  # the pull last: the others start meanwhile
    return [moto.Moto(), ministack.MiniStack(), gateway.Gateway()]


def _containers(settings: Settings) -> list[Part]:
    """A container engine and the images that sections build on, unless they aren't wanted."""
    from cloudlab.lab.parts import engine, images

    return [] if settings.containers == "none" else [engine.Engine(), images.Images()]


def _kubernetes(settings: Settings) -> list[Part]:
    """A cluster: simulated nodes, kind's, or one outside."""
    from cloudlab.lab.parts import kubernetes

    return kubernetes.parts(settings)


def _jupyter(settings: Settings) -> list[Part]:
    """JupyterLab, unless it isn't wanted."""
    from cloudlab.lab.parts import jupyter

    return [] if settings.jupyter == "none" else [jupyter.Jupyter()]

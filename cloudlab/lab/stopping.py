"""Stopping parts, whatever they are made of."""

from collections.abc import Iterable, Mapping, Sequence

from cloudlab.lab import processes
from cloudlab.lab.engine import own_engine
from cloudlab.lab.state import PartState


def stop(parts: Iterable[PartState]) -> None:
    """End the parts' processes and containers, side by side; an engine of ours after the rest."""
    parts = list(parts)
    last = [part for part in parts if part.name == own_engine.PART]
    _stop([part for part in parts if part not in last])
    if last:
        own_engine.leave()
        _stop(last)


def _stop(parts: Sequence[PartState]) -> None:
    """End processes and containers."""
    for grace in sorted({part.grace for part in parts}):
        ending = [one for part in parts if part.grace == grace for one in part.processes]
        processes.stop(ending, grace)
    if any(part.containers for part in parts):
        from cloudlab.lab.engine import docker

        docker.remove([one for part in parts for one in part.containers])


def sweep_containers() -> None:
    """Remove every container of this lab."""
    from cloudlab.lab.engine import docker

    docker.remove_all()


def sweep(keep: Iterable[PartState] = ()) -> None:
    """End every process of this lab that belongs to none of the running parts to be kept."""
    running = {
        part.name: min(one.created for one in part.processes)
        for part in keep
        if any(processes.alive(one) for one in part.processes)
    }
    if own_engine.PART not in running:
        own_engine.leave()
    processes.sweep(running)


def remove_what_sections_left(parts: Mapping[str, PartState]) -> list[str]:
    """Remove the sections' containers, networks and volumes from the engine; says what they were.

    The engine may be the learner's own, and another lab may use it: nothing else is touched.
    """
    from cloudlab.lab.engine import section_things

    endpoint, known = own_engine.endpoint_used(), parts.get(own_engine.PART)
    return section_things.remove(endpoint, known.sections if known else None) if endpoint else []

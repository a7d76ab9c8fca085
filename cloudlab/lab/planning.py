"""What is decided before anything starts: the ports of all parts, and those that sections publish.

So all parts can start side by side, each knowing the others' addresses.
"""

from collections.abc import Mapping

from cloudlab.lab import readiness
from cloudlab.lab.parts import Part
from cloudlab.lab.ports import choose, is_free
from cloudlab.lab.progress import Progress
from cloudlab.lab.state import LabState, PartState


def plan_ports(parts: list[Part], state: LabState, progress: Progress) -> dict[str, int]:
    """A port a part: the one it has, else the one it had, else the preferred, else the next.

    What a part had is kept for it: one that is planned before it doesn't get it.
    """
    ports: dict[str, int] = {}
    had = {before.port for part in parts if (before := state.parts.get(part.name)) and before.port}
    had |= set(state.ports.values())
    for part in parts:
        if part.preferred_port is None:
            continue
        before = state.parts.get(part.name)
        if before and before.port and (_holds_port(before) or is_free(before.port)):
            ports[part.name] = before.port
            continue
        port = ports[part.name] = choose(part.preferred_port, reserved=had | set(ports.values()))
        if port != part.preferred_port:
            progress.note(f"{part.name}: port {part.preferred_port} is taken, using {port}")
    return ports


def plan_published(
    wanted: Mapping[str, int], parts: list[Part], state: LabState, progress: Progress
) -> dict[str, int]:
    """A port for each variable that a section publishes by; one that was chosen stays.

    It isn't looked at again until `down`: what listens there may well be the section's own.
    """
    ports = dict(state.ports)
    of_parts = {part.preferred_port for part in parts} | {p.port for p in state.parts.values()}
    reserved = {port for port in of_parts if port}
    for name, preferred in wanted.items():
        if name in ports:
            continue
        ports[name] = choose(preferred, reserved=reserved | set(ports.values()))
        if ports[name] != preferred:
            progress.note(f"{name}: port {preferred} is taken, using {ports[name]}")
    return ports


def _holds_port(state: PartState) -> bool:
    """Whether the part still runs, and so is who holds its port."""
    return bool(state.processes or state.containers) and readiness.runs(state)

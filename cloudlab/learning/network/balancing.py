"""Load balancers: the listener that takes a packet, and the targets that it may go on to."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from .hops import Hop
from .model import Listener, LoadBalancer, Network, Target, TargetGroup, find
from .places import Place


@dataclass(frozen=True, slots=True)
class Onward:
    """Where a balancer sends a packet: the hop that says so, and the places with their ports."""

    hop: Hop
    places: tuple[tuple[Place, int], ...] = ()


def listener_on(balancer: LoadBalancer, port: int) -> Listener | None:
    """Return the listener of a port, if there is one."""
    return next((one for one in balancer.listeners if one.port == port), None)


def ask_listener(network: Network, balancer: LoadBalancer, port: int) -> Hop:
    """Say what a balancer does with a packet to this port."""
    listener, what = listener_on(balancer, port), f"load balancer {balancer.name}"
    if listener is None:
        ports = ", ".join(str(one.port) for one in balancer.listeners) or "no port at all"
        return Hop(what, f"has no listener on port {port}; it listens on {ports}", "no-listener")
    groups = [group.name for group in target_groups(network, [listener])]
    if groups:
        return Hop(what, f"its listener on port {port} forwards to {' and '.join(groups)}")
    if listener.redirect_port:
        told = f"its listener on port {port} sends callers to port {listener.redirect_port}"
        return Hop(what, told)
    return Hop(what, f"its listener on port {port} answers by itself and forwards to nothing")


def target_groups(network: Network, listeners: Iterable[Listener]) -> list[TargetGroup]:
    """Return the target groups that these listeners forward to."""
    ids = {id_ for listener in listeners for id_ in listener.forwards}
    return [group for group in network.target_groups if group.id in ids]


def entry(group: TargetGroup, place: Place) -> Target | None:
    """Return a place's registration in a target group: by its id, or by its address."""
    own = {place.id, str(place.address.network_address)} - {""}
    if not place.id and place.scaling and group.id in place.scaling.target_groups:
        return Target("", group.port)  # the next machine of the group is registered likewise
    return next((target for target in group.targets if target.id in own), None)


def onward(
    network: Network,
    balancer: LoadBalancer,
    listeners: Sequence[Listener],
    places: Sequence[Place],
    port: int | None = None,
) -> Onward:
    """Go on from a balancer to those of `places` that are registered, healthy and in its zones.

    With `port`, on that port of theirs alone.
    """
    groups = target_groups(network, listeners)
    name = " and ".join(group.name for group in groups)
    if not groups:
        told = "no listener of it forwards to a target group"
        return Onward(Hop(f"load balancer {balancer.name}", told, "no-listener"))
    pairs = [(p, t) for group in groups for p in places if (t := entry(group, p)) is not None]
    stop = _why_none(network, balancer, pairs, places, port)
    if stop:
        told, slug = stop
        return Onward(Hop(f"target group {name}", told, slug))
    good = tuple((p, t.port) for p, t in pairs if _usable(network, balancer, p, t, port))
    told = f"holds {places[0].name} on port {good[0][1]}, reported healthy"
    return Onward(Hop(f"target group {name}", told), good)


def _usable(
    network: Network, balancer: LoadBalancer, place: Place, target: Target, port: int | None
) -> bool:
    """Whether a target gets traffic; one still being checked ("initial") soon will."""
    healthy = target.health in ("healthy", "initial") and place.running
    return healthy and port in (None, target.port) and _zone_enabled(network, balancer, place)


def _zone_enabled(network: Network, balancer: LoadBalancer, place: Place) -> bool:
    """Whether the balancer has a subnet in the place's zone; targets elsewhere stay unused."""
    subnets = (find(network.subnets, id_) for id_ in balancer.subnets)
    zones = {subnet.zone for subnet in subnets if subnet}
    if balancer.type != "application" or not zones or place.subnet is None:
        return True
    return place.subnet.zone in zones


def _why_none(
    network: Network,
    balancer: LoadBalancer,
    pairs: Sequence[tuple[Place, Target]],
    places: Sequence[Place],
    port: int | None,
) -> tuple[str, str] | None:
    """Say why no real machine among the targets gets traffic, or None where one does."""
    real = [(place, target) for place, target in pairs if place.id]
    if not real:
        return f"holds no target that is {places[0].name}", "no-target"
    on_port = [(place, target) for place, target in real if port in (None, target.port)]
    if not on_port:
        return f"holds its targets on port {real[0][1].port}, not on port {port}", "wrong-port"
    healthy = [(p, t) for p, t in on_port if t.health in ("healthy", "initial") and p.running]
    if not healthy:
        states = sorted({t.health if p.running else "stopped" for p, t in on_port})
        return f"has no healthy target: {', '.join(states)}", "target-unhealthy"
    if not any(_zone_enabled(network, balancer, place) for place, _ in healthy):
        return f"{balancer.name} has no subnet in its targets' zones", "target-zone"
    return None

"""All the ways between two ends that may each stand in several places."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from .balancing import ask_listener, entry, listener_on, onward, target_groups
from .hops import Hop, until_stopped
from .model import INTERNET, Listener, LoadBalancer, Network, find
from .paths import path
from .places import Place, balancer_places
from .words import Resolved

Way = tuple[Hop, ...]


def ways(network: Network, start: Resolved, end: Resolved, port: int) -> Iterator[Way]:
    """Yield every way from `start` to `end`, each cut at its first stop; at least one."""
    every = [(a, b) for a in start.places for b in end.places]
    pairs = [(a, b) for a, b in every if a != b] or every
    # The same word may name things in two networks: those that share one belong together.
    near = [(a, b) for a, b in pairs if a.vpc is None or b.vpc is None or a.vpc == b.vpc]
    sources = dict.fromkeys(a for a, _ in near or pairs)
    for source in sources:
        targets = [b for a, b in near or pairs if a == source]
        for way in _from(network, source, targets, port, direct=end.exact):
            yield tuple(until_stopped(way))


def _from(
    network: Network, source: Place, targets: Sequence[Place], port: int, *, direct: bool
) -> Iterator[Iterator[Hop]]:
    """Choose how one source goes: from a balancer, through one, or straight."""
    machines = all(target.kind == "instance" for target in targets)
    if source.kind == "load balancer" and machines:
        balancer = find(network.load_balancers, source.id)
        if balancer:
            yield from _onward(network, balancer, source, targets, port)
            return
    door = None
    if source.kind == "internet" and machines and not direct:
        door = front_door(network, targets, port)
    if door:
        yield from _through(network, source, door, targets, port)
        return
    for target in targets:
        yield _straight(network, source, target, port)


def _straight(network: Network, source: Place, target: Place, port: int) -> Iterator[Hop]:
    """Go to one place, and ask at the end whether something there answers on the port."""
    yield from path(network, source, target, port)
    balancer = find(network.load_balancers, target.id)
    database = find(network.databases, target.id)
    if target.kind == "load balancer" and balancer:
        yield ask_listener(network, balancer, port)
    if target.kind == "database" and database:
        listens = f"listens on port {database.port}"
        wrong = None if database.port == port else "wrong-port"
        yield Hop(f"database {database.name}", listens + (", no other" if wrong else ""), wrong)


def front_door(network: Network, targets: Sequence[Place], port: int) -> LoadBalancer | None:
    """Return the load balancer by which the internet comes to these machines on a port, if any.

    It is one that forwards the port to them; else, for machines that have no public address,
    one that is there for it: it has a listener on the port, or none yet, or a target group
    that holds them on that port.
    """
    vpcs = {target.vpc for target in targets}
    facing = [b for b in network.load_balancers if not b.internal and b.vpc in vpcs]
    serving = [b for b in facing if _serves(network, b, targets, port)]
    if serving or any(target.public for target in targets):
        return serving[0] if serving else None
    meant = (b for b in facing if _is_meant(network, b, targets, port))
    return next(meant, None)


def _serves(network: Network, balancer: LoadBalancer, targets: Sequence[Place], port: int) -> bool:
    listeners = _followed(balancer, port)
    groups = target_groups(network, listeners[-1:])
    return any(entry(group, target) for group in groups for target in targets)


def _is_meant(
    network: Network, balancer: LoadBalancer, targets: Sequence[Place], port: int
) -> bool:
    if listener_on(balancer, port) or not balancer.listeners:
        return True
    groups = target_groups(network, balancer.listeners)
    registered = (entry(group, target) for group in groups for target in targets)
    return any(one is not None and one.port == port for one in registered)


def _followed(balancer: LoadBalancer, port: int) -> list[Listener]:
    """Return the listener of a port, and those that its redirects lead to, in order."""
    followed: list[Listener] = []
    listener = listener_on(balancer, port)
    while listener and listener not in followed:
        followed.append(listener)
        onwards = None if listener.forwards else listener.redirect_port
        listener = listener_on(balancer, onwards) if onwards else None
    return followed


def _through(
    network: Network, source: Place, balancer: LoadBalancer, targets: Sequence[Place], port: int
) -> Iterator[Iterator[Hop]]:
    """Go in by the balancer's subnets, ask its listener, and go on to the machines."""
    for node in balancer_places(network, balancer):
        head = tuple(until_stopped(_to_listener(network, source, node, balancer, port)))
        if not head[-1].ok:
            yield iter(head)
            continue
        sent = onward(network, balancer, _followed(balancer, port)[-1:], targets)
        for target, its_port in sent.places:
            yield iter((*head, sent.hop, *path(network, _seen(node, balancer), target, its_port)))
        if not sent.places:
            yield iter((*head, sent.hop))


def _to_listener(
    network: Network, source: Place, node: Place, balancer: LoadBalancer, port: int
) -> Iterator[Hop]:
    followed = _followed(balancer, port)
    for asked in [listener.port for listener in followed] or [port]:
        yield from path(network, source, node, asked)
        yield ask_listener(network, balancer, asked)
    if followed and not followed[-1].forwards:
        onwards = followed[-1].redirect_port
        if onwards and listener_on(balancer, onwards) is None:
            yield from path(network, source, node, onwards)
            yield ask_listener(network, balancer, onwards)
        told = "its listener forwards to nothing"
        yield Hop(f"load balancer {balancer.name}", told, "no-forwarding")


def _onward(
    network: Network, balancer: LoadBalancer, node: Place, targets: Sequence[Place], port: int
) -> Iterator[Iterator[Hop]]:
    """Go from a balancer to the machines on a port of theirs."""
    sent = onward(network, balancer, balancer.listeners, targets, port)
    for target, its_port in sent.places:
        yield iter((sent.hop, *path(network, _seen(node, balancer), target, its_port)))
    if not sent.places:
        yield iter((sent.hop,))


def _seen(node: Place, balancer: LoadBalancer) -> Place:
    """A balancer as its targets see it: a network one leaves the caller's address in place."""
    if balancer.type == "network":
        return replace(node, address=INTERNET, groups=(), guarded=False)
    return node

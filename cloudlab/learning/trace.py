"""`trace`: what a packet would meet on its way, computed from the rules of the live network.

An end is written as a word, with a port on the target: "internet", "internet:443", "alb:80",
"web:80" (the machines whose Name holds that word), "database:5432", a subnet's name (a machine
imagined there), an instance's id, an address.

Where an end may stand in several places (a load balancer in two subnets, the machines of an
Auto Scaling group in any subnet of it) all are walked, and the first way that is stopped is
shown: something is reached when every way to it is open.

From the internet, a *name* is reached through the load balancer that serves it, if there is
one; an id or an address is always tried directly.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from .cards import card
from .network.hops import Hop
from .network.model import Network, find
from .network.places import Place
from .network.ways import ways
from .network.words import Resolved, resolve

__all__ = ["Hop", "Trace", "trace"]

_COMPUTED = "computed from the live rules: no packet is sent here"


@dataclass(frozen=True, slots=True)
class Trace:
    """A packet's way. `partly` says that other ways to the same end are open."""

    title: str
    hops: tuple[Hop, ...]
    port: int | None = None
    partly: bool = False

    @property
    def stopped_by(self) -> str | None:
        """The slug of what stops the packet ("security-group:database-ingress"), or None."""
        return next((hop.stop for hop in self.hops if not hop.ok), None)

    @property
    def reached(self) -> bool:
        """Whether the packet arrives."""
        return self.stopped_by is None

    def text(self) -> str:
        """Return the trace as lines of text, the same on every run."""
        return "\n".join([f"{self.title}, {_COMPUTED}", *map(str, self.hops), self._end()])

    def _end(self) -> str:
        if self.reached:
            told = f"Reached: the rules let tcp {self.port} through."
            return f"{told} Whether a program answers there is not computed."
        other = " Another way to it is open, so a part of the calls succeed." if self.partly else ""
        return f"Stopped by {self.stopped_by}.{other}"

    def html(self) -> str:
        """Return the trace as a small card; the text says the same."""
        told = (_COMPUTED, *map(str, self.hops), self._end())
        return card(self.title, told, tone="good" if self.reached else "bad")

    def __str__(self) -> str:
        return self.text()

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:
        return {"text/plain": self.text(), "text/html": self.html()}


def trace(network: Network, source: str, target: str) -> Trace:
    """Walk the rules of `network` from `source` to `target`.

    Never raises: a word that fits nothing gives a trace stopped by "no-such-name", which lists
    the names that there are.
    """
    start, end = resolve(network, source), resolve(network, target)
    port = end.port if end.port is not None else _usual_port(network, end)
    title = f"{source.strip()} → {_titled(end, target.strip(), port)}"
    problems = tuple(_problems([(start, source), (end, target)], port))
    if problems:
        return Trace(title, problems)
    walked = list(ways(network, start, end, port))
    stopped = [hops for hops in walked if not hops[-1].ok]
    partly = bool(stopped) and len(stopped) < len(walked)
    return Trace(title, (stopped or walked)[0], port, partly)


def _titled(end: Resolved, target: str, port: int) -> str:
    return target if end.port is not None or not end.places else f"{target}:{port}"


def _problems(ends: list[tuple[Resolved, str]], port: int) -> Iterator[Hop]:
    for end, text in ends:
        if not end.places:
            yield Hop(text.strip() or "nothing", end.problem, end.stop)
            return
    if not 1 <= port <= 65535:
        yield Hop(f"port {port}", "ports go from 1 to 65535", "no-such-port")


def _usual_port(network: Network, end: Resolved) -> int:
    """Choose the port where none is given: the database's own, 443 outside, 80 elsewhere."""
    first: Place | None = end.places[0] if end.places else None
    if first and first.kind == "database":
        database = find(network.databases, first.id)
        return database.port if database and database.port else 80
    return 443 if first and first.kind == "internet" else 80

"""One step of a packet's way, and the rule that a way ends at its first stop."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Hop:
    """What the packet met, and why it passed or not. `stop` is the slug of a stop, else None."""

    what: str
    because: str
    stop: str | None = None

    @property
    def ok(self) -> bool:
        """Whether the packet passed."""
        return self.stop is None

    def __str__(self) -> str:
        told = f"{'✓' if self.ok else '✗'} {self.what}: {self.because}"
        return " ".join(told.splitlines())  # a name may hold anything


def until_stopped(hops: Iterable[Hop]) -> Iterator[Hop]:
    """Yield hops up to the first that stops the packet: nothing lies behind it."""
    for hop in hops:
        yield hop
        if not hop.ok:
            return

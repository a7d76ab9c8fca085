"""`load` and `measure_scale`: work for a cluster's pods, and a cluster full of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cloudlab.lab.errors import LabDown
from cloudlab.lab.state import load_state
from cloudlab.learning.checks import lab_faults
from cloudlab.learning.waiting import move

if TYPE_CHECKING:
    from cloudlab.lab.cluster.scale import Scale


def load(namespace: str, selector: str, millicores: int) -> None:
    """Keep the pods with these labels busy, until it's 0 again or the section is cleaned up.

    `millicores` is all the work that there is, in thousandths of a processor: the more pods share
    it, the less each has to do.

    >>> load("shop", "app=web", 600)  # doctest: +SKIP
    """
    from cloudlab.lab.cluster.load import load as keep_busy

    with lab_faults():
        keep_busy(namespace, selector, millicores)


def measure_scale(nodes: int = 1000, pods: int = 5000, *, limited: bool = True) -> Scale:
    """Fill a second cluster with simulated nodes and pods, say how fast they came, and remove it.

    `limited` is how clusters are by default: their components hold themselves back. `LabDown`
    where the lab has no cluster: a cell doesn't fetch the programs for one.
    """
    from cloudlab.lab.cluster.scale import measure

    if "kubernetes" not in load_state().parts:
        raise LabDown
    found = measure(nodes, pods, limited=limited, say=move)
    move(f"{nodes} nodes and {pods} pods", end="\n")
    return found


def stop_loads() -> None:
    """Take away all that `load` put on."""
    from cloudlab.lab.cluster.load import stop_all

    stop_all()

"""Kubernetes: how quickly the embedded cluster starts, what it holds, how fast it schedules."""

from __future__ import annotations

import statistics
from collections.abc import Iterator

from cloudlab.authoring.bench import aws, kwokctl
from cloudlab.authoring.bench.measures import (
    Found,
    LeftOut,
    Measure,
    attempted,
    command,
    on,
    setting,
    timed,
)
from cloudlab.authoring.own_lab import own_lab
from cloudlab.lab import processes
from cloudlab.lab.cluster import scale
from cloudlab.lab.cluster.kind import has_image
from cloudlab.lab.engine import engines
from cloudlab.lab.inventory import inventory
from cloudlab.lab.parts.kind import image

#: The part, and the section that needs it alone.
PART = "kubernetes"
STARTS = 5
NODES, PODS = 1000, 5000
#: For those pods the control plane needs 150 to 300 seconds of a processor, a quick one's or a slow
#: one's: two cores can't give them in the minute that is promised.
SCALE_CORES = 4


def measures() -> Iterator[Found]:
    """Measure all, in labs of its own; the learner's stays as it is."""
    yield from attempted(PART, embedded)
    yield from attempted("kind", kind)


def embedded() -> Iterator[Found]:
    """The embedded cluster: it starts, then it's full, then a second one is filled with pods."""
    with own_lab(PART, *aws.names()):
        yield from starts()
        yield from memory()
        command("down")
        yield from scales()


# Starting: against kwokctl with the same binaries, and beside the AWS part


def starts() -> Iterator[Measure]:
    """`cloudlab up` of what was up before, and kwokctl's start, in turn; leaves both parts up."""
    programs = kwokctl.programs()
    bare: list[kwokctl.Start] = []
    cluster, emulators, both = [], [], []
    for _ in range(STARTS):
        command("down")
        bare.append(kwokctl.start(programs))
        cluster.append(timed(lambda: command("up", PART)))
        command("down")
        emulators.append(timed(lambda: command("up", *aws.names())))
        command("down")
        both.append(timed(lambda: command("up", PART, *aws.names())))
    yield from against_kwokctl(bare, statistics.median(cluster))
    slower = max(statistics.median(cluster), statistics.median(emulators))
    together = statistics.median(both)
    yield Measure("warm up of Kubernetes and AWS, side by side", together, "s")
    yield Measure("side by side / the slower of them alone", together / slower, "×", 1.2)


def against_kwokctl(bare: list[kwokctl.Start], up: float) -> Iterator[Measure]:
    """The median start of the lab's cluster against kwokctl's, until a pod could run in either."""
    usable = statistics.median(one.usable for one in bare)
    created = statistics.median(one.created for one in bare)
    yield Measure(f"kwokctl: create, {kwokctl.NODES} nodes, until a pod could run", usable, "s")
    yield Measure("kwokctl: create alone, not waited for", created, "s")
    yield Measure("warm up of Kubernetes, until a pod could run", up, "s")
    yield Measure("warm up / kwokctl until a pod could run", up / usable, "×", 1.3)
    yield Measure("warm up / kwokctl create alone", up / created, "×")


def memory() -> Iterator[Measure]:
    """The cluster's processes once it was asked for all that it holds."""
    inventory([PART])
    ours = [one for one in processes.marked() if processes.part_of(one) == PART]
    held = [process.memory_full_info() for process in ours]
    yield Measure("Kubernetes, resident (RSS)", sum(one.rss for one in held) / 1e6, "MB")
    yield Measure("of that, its own alone (USS)", sum(one.uss for one in held) / 1e6, "MB")


# Scheduling


def scales() -> Iterator[Measure]:
    """So many simulated nodes and pods on a second cluster, as fast as it can and as it comes."""
    for_nodes, for_pods = on(SCALE_CORES, 15), on(SCALE_CORES, 60)
    free = scale.measure(NODES, PODS, limited=False, say=quiet)
    yield Measure(f"{NODES:,} simulated nodes Ready", free.nodes_ready, "s", for_nodes)
    yield Measure(f"{PODS:,} pods Running, without limits", free.pods_running, "s", for_pods)
    yield Measure("without limits, pods a second", free.pods_a_second, "pods/s")
    yield Measure("that control plane, resident (RSS)", free.megabytes, "MB")
    held = scale.measure(NODES, PODS, limited=True, say=quiet)
    yield Measure(f"{PODS:,} pods Running, limits as they come", held.pods_running, "s")
    yield Measure("limits as they come, pods a second", held.pods_a_second, "pods/s")


def quiet(text: str) -> None:
    """How far it is isn't told: the table comes at the end."""


# kind


def kind() -> Iterator[Found]:
    """The start of kind's cluster, where an engine has the node image already."""
    if why := without_kind():
        yield LeftOut("kind", why)
        return
    with setting("LAB_KUBERNETES", "kind"), own_lab(PART):
        command("down")
        yield Measure("warm up of Kubernetes by kind", timed(lambda: command("up", PART)), "s")


def without_kind() -> str | None:
    """Why kind can't be measured here; None where it can."""
    if engines.find() is None:
        return "no container engine answers"
    if not has_image(image()):
        return f"no node image: docker pull {image().partition('@')[0]}"
    return None

"""What is told of Kubernetes and against what it's held; the numbers come from `make bench`."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any

import pytest

from cloudlab.authoring.bench import aws, kubernetes
from cloudlab.authoring.bench.kwokctl import Start
from cloudlab.authoring.bench.measures import LeftOut, Measure
from cloudlab.lab.cluster.scale import Scale
from cloudlab.lab.engine.engines import Engine

ENGINE = Engine("unix:///engine.sock", "1", "Docker Engine")


def numbers(found: Iterator[Any]) -> dict[str, Measure]:
    return {one.what: one for one in found}


@pytest.fixture
def commands(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, ...]]:
    """The lab's commands; none takes any time."""
    given: list[tuple[str, ...]] = []
    monkeypatch.setattr(kubernetes, "command", lambda *words: given.append(words))
    return given


@pytest.fixture
def labs(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The labs that were started, by the cluster that they were asked for."""
    clusters: list[str] = []

    @contextmanager
    def own_lab(*sections: str) -> Iterator[None]:
        clusters.append(os.environ.get("LAB_KUBERNETES", ""))
        yield

    monkeypatch.setattr(kubernetes, "own_lab", own_lab)
    return clusters


def test_every_start_is_one_of_a_lab_that_was_stopped(
    monkeypatch: pytest.MonkeyPatch, commands: list[tuple[str, ...]]
) -> None:
    monkeypatch.setattr(kubernetes.kwokctl, "programs", dict)
    monkeypatch.setattr(kubernetes.kwokctl, "start", lambda programs: Start(2, 4))
    # a round's three: the cluster, the emulators, both
    seconds = [3, 1, 3.6, 5, 1, 3.6, 3, 1, 9, 3, 1, 3.6, 3, 1, 3.6]
    given = iter(seconds)
    monkeypatch.setattr(kubernetes, "timed", lambda work: (work(), next(given))[1])
    found = numbers(kubernetes.starts())
    ups, downs = commands[1::2], commands[0::2]
    assert set(downs) == {("down",)}
    assert ups[:3] == [("up", "kubernetes"), ("up", *aws.names()),
                       ("up", "kubernetes", *aws.names())]  # fmt: skip
    assert len(ups) == len(seconds)
    ratio = found["warm up / kwokctl until a pod could run"]
    assert (ratio.found, ratio.bound) == (0.75, 1.3)
    assert found["warm up / kwokctl create alone"].bound is None
    beside = found["side by side / the slower of them alone"]
    assert beside.found == pytest.approx(1.2)
    assert beside.bound == 1.2


def test_the_memory_is_that_of_the_clusters_processes_alone(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    held = SimpleNamespace(memory_full_info=lambda: SimpleNamespace(rss=3e6, uss=2e6), part="")
    parts = {"etcd": "kubernetes", "kwok": "kubernetes", "moto": "aws"}
    ours = [SimpleNamespace(**{**vars(held), "part": part}) for part in parts.values()]
    monkeypatch.setattr(kubernetes, "inventory", lambda needs: None)
    monkeypatch.setattr(kubernetes.processes, "marked", lambda: ours)
    monkeypatch.setattr(kubernetes.processes, "part_of", lambda one: one.part)
    assert [one.found for one in kubernetes.memory()] == [6.0, 4.0]


def test_scheduling_is_bound_without_limits_and_told_with_them(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def measure(nodes: int, pods: int, *, limited: bool, say: Any) -> Scale:
        took = 250.0 if limited else 50.0
        return Scale(limited, nodes, pods, 9.0, took, megabytes=1000)

    monkeypatch.setattr(kubernetes.scale, "measure", measure)
    monkeypatch.setattr(os, "cpu_count", lambda: kubernetes.SCALE_CORES)
    found = numbers(kubernetes.scales())
    assert {one.what: (one.found, one.bound) for one in found.values() if one.bound} == {
        "1,000 simulated nodes Ready": (9.0, 15),
        "5,000 pods Running, without limits": (50.0, 60),
    }
    assert found["without limits, pods a second"].found == 100
    assert found["limits as they come, pods a second"].found == 20


@pytest.mark.parametrize(
    ("engine", "has_image", "why"),
    [(None, False, "no container engine answers"), (ENGINE, False, "no node image")],
)
def test_kind_is_left_out_where_it_cannot_start_at_once(
    monkeypatch: pytest.MonkeyPatch, labs: list[str], engine: Any, has_image: bool, why: str
) -> None:
    engine_has(monkeypatch, engine, has_image)
    [found] = kubernetes.kind()
    assert isinstance(found, LeftOut)
    assert found.line.startswith(f"kind: left out, {why}")
    assert labs == []


def test_kind_is_told_where_its_image_is_here(
    monkeypatch: pytest.MonkeyPatch, labs: list[str], commands: list[tuple[str, ...]]
) -> None:
    monkeypatch.setenv("LAB_KUBERNETES", "kwok")
    engine_has(monkeypatch, ENGINE, True)
    [found] = kubernetes.kind()
    assert isinstance(found, Measure)
    assert found.bound is None
    assert labs == ["kind"]
    assert commands == [("down",), ("up", "kubernetes")]
    assert os.environ["LAB_KUBERNETES"] == "kwok"


def engine_has(monkeypatch: pytest.MonkeyPatch, engine: Any, image: bool) -> None:
    def run(argv: list[str], env: dict[str, str], **how: Any) -> Any:
        assert argv[:3] == ["docker", "image", "inspect"]
        assert env["DOCKER_HOST"] == ENGINE.endpoint
        return subprocess.CompletedProcess(argv, 0 if image else 1)

    monkeypatch.setattr(kubernetes.engines, "find", lambda: engine)
    monkeypatch.setattr(subprocess, "run", run)


def test_one_that_fails_leaves_the_other(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken() -> Iterator[Any]:
        raise RuntimeError("it fell")
        yield

    monkeypatch.setattr(kubernetes, "embedded", broken)
    monkeypatch.setattr(kubernetes, "kind", lambda: iter([LeftOut("kind", "no node image")]))
    assert [one.holds for one in kubernetes.measures()] == [False, True]

"""Health: stories of probes that no misconception file tells."""

from __future__ import annotations

from typing import Any

import pytest

from cloudlab.learning.outcomes import Kind
from cloudlab.learning.record import Observation

from .conftest import Box, Judge, ran, told

PROBE = {"Healthcheck": {"Test": ["CMD-SHELL", "…"]}}


def probed(*log: tuple[int, int, str], **settings: Any) -> Box:
    """A container whose last probes began in these seconds, ended so, and said this."""
    entries = [
        {"Start": f"2026-01-01T00:00:{at:02}.5+00:00", "ExitCode": code, "Output": said}
        for at, code, said in log
    ]
    return Box("containers-health", config=PROBE, inside={"Health": {"Log": entries}}, **settings)


def seen(*states: str) -> list[Observation]:
    """The container, with these states of health one after the other."""
    id_ = probed().id[:12]
    return told(*({"containers": [f"health {id_} running {one}".rstrip()]} for one in states))


def test_healthy_then_unhealthy_passes(judge: Judge) -> None:
    outcome = judge("health", probed(), observations=seen("starting", "healthy", "unhealthy"))
    assert (outcome.passed, outcome.shows) == (True, "nothing")


def test_mended_afterwards_is_as_good(judge: Judge) -> None:
    assert judge("health", probed(), observations=seen("healthy", "unhealthy", "healthy")).passed


def test_unhealthy_before_it_was_ever_healthy_is_not_enough(judge: Judge) -> None:
    story = seen("starting", "unhealthy")
    box = probed((1, 1, "connect ECONNREFUSED"))
    assert judge("health", box, observations=story).code == "never-healthy"


def test_another_containers_health_is_not_its_own(judge: Judge) -> None:
    story = told({"containers": ["health 0123456789ab running healthy"]})
    assert judge("health", probed(), observations=story).kind is Kind.SETTLING


@pytest.mark.parametrize(
    ("code", "said"),
    [
        (1, "/bin/sh: 1: curl: not found"),
        (127, ""),
        (-1, 'exec: "curl": executable file not found in $PATH: unknown'),
    ],
)
def test_a_missing_program_is_told_in_every_form(judge: Judge, code: int, said: str) -> None:
    assert judge("health", probed((1, code, said))).code == "no-program"


def hanging(*starts: int) -> Box:
    log = [(at, 0, "") for at in starts]
    return probed(*log, says={"/proc/1/stat": "1 (Main (Thread)) T 0 1 1"})


STOPPED = ran("docker kill -s STOP containers-health", at=1767225603.0)  # 00:00:03


def test_good_probes_of_a_page_that_hangs_are_told(judge: Judge) -> None:
    story = {"observations": seen("healthy"), "commands": [STOPPED]}
    assert judge("health", hanging(4, 5, 6), **story).code == "never-unhealthy"
    assert judge("health", hanging(1, 2, 6), **story).kind is Kind.SETTLING


def test_a_page_that_runs_has_not_hung_yet(judge: Judge) -> None:
    box = probed((4, 0, ""), says={"/proc/1/stat": "1 (node) S 0 1 1"})
    assert judge("health", box, observations=seen("healthy")).kind is Kind.NOT_ATTEMPTED


def test_an_image_without_a_probe_is_told(judge: Judge) -> None:
    assert judge("health", Box("containers-health")).code == "no-probe"
    assert judge("health", probed(state="exited")).code == "not-running"

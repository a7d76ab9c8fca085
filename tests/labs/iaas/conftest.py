"""Networks made by hand, and the story of a section, for checks that need no lab."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from cloudlab.learning.checks import load_room
from cloudlab.learning.network import Network
from cloudlab.learning.outcomes import Outcome
from cloudlab.learning.record import Command, Observation, Record
from cloudlab.learning.sections import load_section
from cloudlab.learning.view import LabView

Judge = Callable[..., Outcome]


@pytest.fixture
def judge() -> Judge:
    """What a check of the section says to a network and a story."""

    def judged(exercise: str, network: Network | None = None, **story: Any) -> Outcome:
        view = LabView(load_section("iaas"), Record(section="iaas", memory_id="", **story))
        view.__dict__["network"] = network or Network()  # in the place of the live one
        return load_room("iaas").checks[exercise](view)

    return judged


def told(*steps: tuple[float, dict[str, Any]]) -> list[Observation]:
    """Observations at these seconds; each was looked at one second before, too."""
    return [Observation(at=at, after=at - 1, facts=facts) for at, facts in steps]


def ran(at: float, line: str = "terraform apply -auto-approve", exit_code: int = 0) -> Command:
    """A command that ended just before `at`."""
    return Command(line=line, exit_code=exit_code, started=at - 0.5, ended=at - 0.1)

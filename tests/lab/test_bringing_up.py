"""What `up` comes to: what is remembered, and what is stopped again where it can't be."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from cloudlab.lab import bringing_up, fetching, processes
from cloudlab.lab.bringing_up import ATTEMPTS, Result, bring_up
from cloudlab.lab.engine import docker
from cloudlab.lab.errors import PartFailed, PortTaken, Unwritable
from cloudlab.lab.parts import Context, Part
from cloudlab.lab.paths import paths
from cloudlab.lab.ports import choose, listen
from cloudlab.lab.progress import Progress
from cloudlab.lab.rooms import Needs
from cloudlab.lab.spawning import spawn
from cloudlab.lab.state import LabState, PartState, load_state


class Stub(Part):
    """A `sleep` behind a socket that takes connections, or what `fails` raises."""

    title = backend = "stub"
    fidelity = "real"
    health = None
    container = False

    def __init__(self, name: str, *fails: BaseException) -> None:
        self.name, self.fails = name, list(fails)  # type: ignore[misc]
        self.preferred_port = choose(26000)  # type: ignore[misc]

    def fingerprint(self, context: Context) -> str:
        return ""

    def start(self, context: Context) -> PartState:
        state = self.blank(context)
        with listen(context.ports[self.name]) as server:
            log = Path(os.environ["LAB_STATE_DIR"], "log")
            one = spawn(self.name, ["sleep", "60"], os.environ, log=log, listener=server)
        if self.fails:
            raise self.fails.pop(0)
        state.processes, state.containers = [one], ["c0ffee"] if self.container else []
        return state


@pytest.fixture
def up(
    checkout: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[[LabState, list[Part]], Result]]:
    """Brings the parts up for section "one" of a checkout that has two."""
    for section in ("one", "two"):
        (checkout / "labs" / section).mkdir()
        (checkout / "labs" / section / "section.toml").write_text('parts = ["aws"]')
    (checkout / ".lab").mkdir()

    def bring(
        state: LabState,
        parts: list[Part],
        section: str = "one",
        tools: tuple[str, ...] = (),
        ports: dict[str, int] | None = None,
    ) -> Result:
        monkeypatch.setattr(bringing_up, "parts_for", lambda needs, settings: parts)
        needs = Needs(("aws",), tools, ports=ports or {})
        return bring_up(state, needs, [section], Progress(quiet=True))

    yield bring
    processes.sweep({})


def pids() -> list[int]:
    return [one.pid for one in processes.marked()]


def test_a_part_remembers_every_section_that_asked_for_it(up):
    part = Stub("a")
    assert up(LabState(), [part]).started == ["a"]
    assert up(load_state(), [part], section="two").started == []
    known = load_state().parts["a"]
    assert known.sections == ["one", "two"]
    assert [one.pid for one in known.processes] == pids()


def test_what_went_wrong_is_noted_until_an_up_goes_well(up):
    parts = [Stub("a", PartFailed("a broke", "mend it")), Stub("b")]
    result = up(LabState(), parts)
    assert [problem.what for problem in result.problems] == load_state().notes == ["a broke"]
    assert load_state().parts["a"].failure == "a broke"
    assert up(load_state(), parts).started == ["a"]
    assert load_state().notes == []


def test_a_port_lost_at_the_last_moment_is_chosen_anew_and_nobody_hears_of_it(up):
    lost = Stub("a", PortTaken("port 1 has just been taken", "cloudlab up"))
    assert up(LabState(), [lost]).problems == []
    assert len(pids()) == 1


def test_a_port_that_is_always_lost_is_told_in_the_end(up):
    part = Stub("a", *(PortTaken(f"attempt {n}", "") for n in range(ATTEMPTS + 1)))
    assert [one.what for one in up(LabState(), [part]).problems] == [f"attempt {ATTEMPTS - 1}"]


def test_a_port_that_a_killed_command_left_taken_is_freed_and_used(up, checkout):
    part = Stub("a")
    with listen(part.preferred_port) as server:
        log = checkout / ".lab" / "log"
        left = spawn("a", ["sleep", "60"], os.environ, log=log, listener=server)
    assert up(LabState(), [part]).state.parts["a"].port == part.preferred_port
    assert not processes.alive(left)


def test_ctrl_c_stops_what_was_begun_and_not_yet_noted_and_spares_what_ran(up):
    kept = Stub("kept")
    up(LabState(), [kept])
    before = pids()
    with pytest.raises(KeyboardInterrupt):
        up(load_state(), [kept, Stub("a"), Stub("b", KeyboardInterrupt())])
    assert pids() == before
    assert list(load_state().parts) == ["kept"]


def test_ctrl_c_ends_a_download_that_is_under_way(up, monkeypatch: pytest.MonkeyPatch):
    """It may have minutes to go, and a second Ctrl-C is ignored."""
    ended: list[BaseException] = []

    def download(names: list[str], meter: Callable[[int, int | None], None], *_: object) -> None:
        os.kill(os.getpid(), signal.SIGINT)
        try:
            for chunk in range(1000):
                meter(chunk, 1000)
                time.sleep(0.01)
        except BaseException as error:
            ended.append(error)
            raise

    monkeypatch.setattr(fetching, "link_tools", download)
    with pytest.raises(KeyboardInterrupt):
        up(LabState(), [Stub("a")], tools=("terraform",))
    assert [type(one) for one in ended] == [KeyboardInterrupt]
    assert pids() == []


class Slow(Stub):
    """Prepares until the lab is written down; the first section needs it not."""

    need = "slow"

    def __init__(self, name: str, *fails: BaseException) -> None:
        super().__init__(name)
        self.ends = list(fails)

    def prepare(self, context: Context) -> None:
        until = time.monotonic() + 10
        while "slow" not in load_state().parts:  # written down before the end
            assert time.monotonic() < until
            time.sleep(0.01)
        self.early = load_state()
        if self.ends:
            raise self.ends.pop()


def test_a_lab_is_remembered_as_soon_as_somebody_may_begin(up):
    slow = Slow("slow")
    up(LabState(), [Stub("a"), slow])
    assert slow.early.parts["a"].sections == ["one"]
    assert slow.early.parts["a"].ready_seconds is not None
    assert slow.early.parts["slow"].ready_seconds is None
    assert load_state().parts["slow"].ready_seconds is not None


def test_what_was_remembered_too_early_is_taken_back(up):
    kept = Stub("kept")
    up(LabState(), [kept])
    before = load_state()
    with pytest.raises(KeyboardInterrupt):
        up(load_state(), [kept, Stub("a"), Slow("slow", KeyboardInterrupt())])
    assert load_state() == before


def test_the_ports_of_sections_are_chosen_told_and_kept(up):
    port = choose(27000)
    first = up(LabState(), [Stub("a")], ports={"WEB_PORT": port})
    assert first.state.ports == load_state().ports == {"WEB_PORT": port}
    text = (paths().state / "terminal.rc").read_text()
    assert f"export WEB_PORT={port}" in text
    assert up(load_state(), [Stub("a")], section="two").state.ports == {"WEB_PORT": port}


def test_images_are_those_of_every_section_that_is_up(up, checkout):
    for section, image in (("one", "node"), ("two", "redis")):
        manifest = checkout / "labs" / section / "section.toml"
        manifest.write_text(f'parts = ["aws"]\nimages = ["{image}"]')
    up(LabState(), [Stub("a")])
    assert bringing_up._images(load_state(), ["two"]) == ("redis", "node")


def test_what_cannot_be_remembered_is_stopped_again_containers_too(
    up, monkeypatch: pytest.MonkeyPatch
):
    """A full disk: a container that nobody remembers would hold its port for good."""

    def refuse(state: LabState) -> None:
        raise Unwritable("the disk is full", "make room")

    kept, removed = Stub("kept"), list[Any]()
    kept.container = True
    monkeypatch.setattr(docker, "ended", lambda ids: [])
    up(LabState(), [kept])
    before = pids()
    monkeypatch.setattr(bringing_up, "save_state", refuse)
    monkeypatch.setattr(docker, "remove", removed.extend)
    fresh = Stub("a")
    fresh.container = True
    with pytest.raises(Unwritable):
        up(load_state(), [kept, fresh])
    assert pids() == before
    assert removed == ["c0ffee"]

"""Which port a part gets: its own, and never another's."""

import os
from collections.abc import Iterator

import pytest

from cloudlab.lab import processes
from cloudlab.lab.parts import Context, Part
from cloudlab.lab.planning import plan_ports, plan_published
from cloudlab.lab.ports import choose, listen
from cloudlab.lab.progress import Progress
from cloudlab.lab.spawning import spawn
from cloudlab.lab.state import LabState, PartState


class Stub(Part):
    title = backend = "stub"

    def __init__(self, name: str, port: int | None) -> None:
        self.name, self.preferred_port = name, port  # type: ignore[misc]

    def start(self, context: Context) -> PartState:
        raise NotImplementedError

    def fingerprint(self, context: Context) -> str:
        return ""


@pytest.fixture
def free() -> int:
    return choose(21000)


@pytest.fixture
def taken() -> Iterator[int]:
    with listen(choose(22000)) as server:
        yield server.getsockname()[1]


def had(name: str, port: int, **more: object) -> LabState:
    return LabState({name: PartState(name, "", "stub", "real", port=port, **more)})


def plan(state: LabState, *parts: Part) -> dict[str, int]:
    return plan_ports(list(parts), state, Progress())


def test_every_part_gets_a_port_of_its_own_near_the_preferred(free):
    ports = plan(LabState(), Stub("a", free), Stub("b", free), Stub("external", None))
    assert ports["a"] == free
    assert free < ports["b"] < free + 200
    assert set(ports) == {"a", "b"}


def test_a_part_that_is_down_comes_back_where_it_was(free):
    was = choose(23000)
    assert plan(had("a", was), Stub("a", free)) == {"a": was}


def test_a_part_that_runs_keeps_the_port_that_it_holds(free, monkeypatch, tmp_path, capsys):
    monkeypatch.setenv("LAB_STATE_DIR", str(tmp_path))
    with listen(choose(24000)) as server:
        port = server.getsockname()[1]
        log = tmp_path / "log"
        one = spawn("a", ["sleep", "60"], os.environ, log=log, listener=server)
    assert plan(had("a", port, processes=[one]), Stub("a", free)) == {"a": port}
    processes.stop([one])
    assert capsys.readouterr().err == ""


def test_a_container_holds_its_port(taken, free):
    assert plan(had("a", taken, containers=["c0ffee"]), Stub("a", free)) == {"a": taken}


def test_where_a_stranger_took_its_port_it_goes_back_to_the_preferred(taken, free, capsys):
    assert plan(had("a", taken), Stub("a", free)) == {"a": free}
    assert capsys.readouterr().err == ""


def test_a_move_from_the_preferred_port_is_said(taken, capsys):
    port = plan(LabState(), Stub("a", taken))["a"]
    assert capsys.readouterr().err == f"a: port {taken} is taken, using {port}\n"


def test_a_section_publishes_where_it_likes_or_next_to_it_and_stays_there(free, taken, capsys):
    wanted = {"WEB_PORT": free, "API_PORT": taken, "TLS_PORT": free}
    ports = plan_published(wanted, [], LabState(), Progress())
    assert ports["WEB_PORT"] == free
    assert len(set(ports.values())) == 3
    assert f"API_PORT: port {taken} is taken, using {ports['API_PORT']}" in capsys.readouterr().err
    with listen(free):  # by what the section itself runs there
        assert plan_published(wanted, [], LabState(ports=ports), Progress()) == ports


def test_parts_and_sections_take_no_port_from_each_other(free):
    published = plan_published({"WEB_PORT": free}, [Stub("a", free)], LabState(), Progress())
    assert published["WEB_PORT"] != free
    assert plan(LabState(ports={"WEB_PORT": free}), Stub("a", free))["a"] != free


def test_a_part_that_comes_back_never_shares_a_port_with_a_new_one(free):
    """The new one is planned first, and would find the port of the one that is down free."""
    ports = plan(had("old", free), Stub("new", free), Stub("old", free))
    assert ports["old"] == free
    assert ports["new"] != free

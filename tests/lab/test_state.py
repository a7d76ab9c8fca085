import json
from pathlib import Path

import pytest

from cloudlab.lab.errors import Busy, StateCorrupt
from cloudlab.lab.state import (
    LabState,
    PartState,
    ProcessId,
    lab_lock,
    load_state,
    save_state,
    state_file,
)


@pytest.fixture(autouse=True)
def own_state(monkeypatch, tmp_path):
    monkeypatch.setenv("LAB_STATE_DIR", str(tmp_path / "lab"))


def part(name: str = "aws", **more: object) -> PartState:
    return PartState(name, "AWS", "MiniStack", "emulated", need="aws", keeps_data=True, **more)


def test_what_is_saved_is_loaded():
    state = LabState(
        parts={
            "aws": part(processes=[ProcessId(7, 1.5)], log=Path("/x.log"), variables={"A": "b"})
        },
        notes=["a"],
        ports={"WEB_PORT": 8080},
    )
    save_state(state)
    assert load_state() == state


def test_what_parts_and_ports_add_to_an_environment():
    broken = part("b", variables={"B": "2"}, failure="it broke")
    state = LabState({"a": part("a", variables={"A": "1"}), "b": broken}, ports={"WEB_PORT": 8080})
    assert state.variables == {"A": "1", "WEB_PORT": "8080"}


def test_a_state_of_before_there_were_ports_is_read():
    save_state(LabState(parts={"aws": part()}))
    found = json.loads(state_file().read_text())
    del found["ports"], found["parts"]["aws"]["variables"]
    state_file().write_text(json.dumps(found))
    assert load_state() == LabState(parts={"aws": part()})


def test_no_file_is_an_empty_lab():
    assert load_state().parts == {}


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        "{}",
        '{"parts": {"aws": 3}, "notes": []}',
        '{"parts": {"aws": {"name": "aws"}}, "notes": []}',
        "\0\0\0",
    ],
)
def test_a_broken_file_is_set_aside_and_said(text):
    save_state(LabState())
    state_file().write_text(text)
    with pytest.raises(StateCorrupt, match="set aside"):
        load_state()
    assert load_state().parts == {}
    assert [one.read_text() for one in state_file().parent.glob("state.broken-*")] == [text]


@pytest.mark.parametrize("pid", [0, -1, -4000])
def test_a_pid_that_means_a_group_is_refused(pid):
    save_state(LabState(parts={"aws": part(processes=[ProcessId(5, 1.0)])}))
    found = json.loads(state_file().read_text())
    found["parts"]["aws"]["processes"][0]["pid"] = pid
    state_file().write_text(json.dumps(found))
    with pytest.raises(StateCorrupt):
        load_state()


def test_the_endpoint_is_the_gateway_else_aws_itself():
    outside = part(endpoint="http://127.0.0.1:1")
    assert LabState(parts={"aws": outside}).aws_endpoint == "http://127.0.0.1:1"
    gateway = PartState("aws-endpoint", "", "Caddy", "real", endpoint="http://127.0.0.1:2")
    assert (
        LabState(parts={"aws": outside, "aws-endpoint": gateway}).aws_endpoint == gateway.endpoint
    )
    assert LabState().aws_endpoint is None


def test_memory_changes_when_a_backend_that_keeps_data_is_another_process():
    before = LabState(parts={"aws": part(processes=[ProcessId(7, 1.0)])})
    after = LabState(parts={"aws": part(processes=[ProcessId(7, 2.0)])})
    gateway = PartState("aws-endpoint", "", "Caddy", "real", processes=[ProcessId(9, 1.0)])
    beside = LabState(parts={**before.parts, "aws-endpoint": gateway})
    assert before.memory_id("aws") == beside.memory_id("aws") != after.memory_id("aws")


def test_a_part_that_goes_on_with_its_data_remembers():
    before = LabState(parts={"aws": part(processes=[ProcessId(7, 1.0)], memory="a")})
    after = LabState(parts={"aws": part(processes=[ProcessId(8, 2.0)], memory="a")})
    lost = LabState(parts={"aws": part(processes=[ProcessId(8, 2.0)], memory="b")})
    assert before.memory_id("aws") == after.memory_id("aws") != lost.memory_id("aws")


def test_a_second_command_waits_and_then_says_so():
    with lab_lock(), pytest.raises(Busy, match="another cloudlab command"), lab_lock(seconds=0.1):
        pass
    with lab_lock(seconds=0.1):
        pass

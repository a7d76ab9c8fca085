"""What goes with the lab out of an engine that isn't the lab's."""

import json

import pytest

from cloudlab.lab.engine import section_things
from cloudlab.lab.engine.section_things import LABEL, remove, there


@pytest.fixture
def engine(fake_engine):
    one = fake_engine()

    def labels(section: str) -> dict[str, dict[str, str]]:
        return {"Labels": {LABEL: section, "other": "x"}}

    one.answers |= {
        "GET /containers/json": [{"Id": "c1", **labels("one")}, {"Id": "c2", **labels("two")}],
        "GET /networks": [{"Id": "n1", **labels("one")}, {"Id": "n2", **labels("one")}],
        "GET /volumes": {"Volumes": [{"Name": "v1", **labels("one")}]},
        **{f"DELETE /{path}": b"" for path in ("containers/c1", "containers/c2", "networks/n1")},
        "DELETE /networks/n2": 403,  # a stranger's container holds it
        "DELETE /volumes/v1": b"",
    }
    return one


def removed(engine) -> list[str]:
    return [line.split("?")[0] for line in engine.asked if line.startswith("DELETE")]


def test_a_labs_sections_lose_what_they_have_and_it_is_said(engine):
    assert remove(engine.endpoint, ["one"]) == ["1 container", "1 network", "1 volume"]
    paths = ["containers/c1", "networks/n1", "networks/n2", "volumes/v1"]
    assert removed(engine) == [f"DELETE /{path}" for path in paths]


def test_where_nobody_remembers_the_sections_all_of_them_lose_theirs(engine):
    assert remove(engine.endpoint, None) == ["2 containers", "1 network", "1 volume"]


def test_who_has_something_there_is_told_before_another_lab_ends(engine, monkeypatch):
    monkeypatch.setenv("DOCKER_HOST", engine.endpoint)
    monkeypatch.setattr(section_things.rooms, "sections", lambda: ["one", "two", "three"])
    assert there(["two", "three"]) == ["two"]
    assert there([]) == ["one", "two"]
    assert there(["three"]) == []
    engine.answers["GET /containers/json"] = []
    engine.answers["GET /volumes"] = {"Volumes": None}
    assert there([]) == [], "a network holds nothing"
    monkeypatch.setattr(section_things.engines, "find", lambda: None)
    assert there([]) == []


def test_nothing_without_the_label_is_even_asked_for(engine):
    remove(engine.endpoint, [])
    wanted = json.dumps({"label": [LABEL]})
    from urllib.parse import parse_qs, urlsplit

    for line in engine.asked:
        assert parse_qs(urlsplit(line.split()[1]).query)["filters"] == [wanted]
    assert removed(engine) == []


def test_an_engine_that_has_none_or_is_gone_is_no_fault(engine):
    engine.answers["GET /volumes"] = {"Volumes": None}
    assert remove(engine.endpoint, ["three"]) == []
    assert remove("unix:///nowhere.sock", None) == []

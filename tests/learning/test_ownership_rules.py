"""Whose is it, by label and name: on a backend of the lab's alone, and on one that others use."""

from __future__ import annotations

import pytest

from cloudlab.lab.holdings import Holdings, Inventory, Label, Thing
from cloudlab.lab.state import LabState
from cloudlab.learning import ownership
from cloudlab.learning.ownership import baseline, made_by
from cloudlab.learning.record import Record, begin_record
from cloudlab.learning.sections import Section

LABELS = {
    Thing("box", "labelled"): Label("fake", "labelled"),
    Thing("box", "fake-1"): Label("", "fake-1"),
    Thing("box", "other-1"): Label("", "other-1"),
    Thing("box", "others"): Label("other", "fake-2"),
    Thing("box", "nobodys"): Label("", "nobodys"),
}
ALL: Inventory = {"box": sorted(one.id for one in LABELS)}


@pytest.fixture
def held(section: Section, monkeypatch: pytest.MonkeyPatch) -> Inventory:
    """What the backend holds now."""
    held = dict(ALL)
    monkeypatch.setattr(ownership, "inventory", lambda needs: {**held})
    begin_record(Record(section="other", memory_id="m"))
    use(monkeypatch, shared=False)
    return held


def use(monkeypatch: pytest.MonkeyPatch, *, shared: bool) -> None:
    holdings = Holdings(("box",), dict, lambda found: LABELS, lambda _: {}, lambda: shared)
    monkeypatch.setattr(ownership, "holdings_of", lambda needs: [holdings])


def test_on_the_labs_own_backend_what_nobody_claims_is_who_asks(
    held: Inventory, record: Record
) -> None:
    assert made_by(record) == {"box": ["fake-1", "labelled", "nobodys"]}


def test_where_others_work_too_only_what_bears_the_name_is_the_sections(
    held: Inventory, record: Record, monkeypatch: pytest.MonkeyPatch
) -> None:
    use(monkeypatch, shared=True)
    assert made_by(record) == {"box": ["fake-1", "labelled"]}


@pytest.mark.parametrize("shared", [True, False])
def test_what_was_there_before_is_never_the_sections(
    held: Inventory, record: Record, monkeypatch: pytest.MonkeyPatch, shared: bool
) -> None:
    use(monkeypatch, shared=shared)
    record.inventory = {"box": [*ALL["box"]]}
    assert made_by(record) == {}


def test_a_first_story_takes_all_as_it_finds_it(held: Inventory, section: Section) -> None:
    assert baseline(section, LabState(), None) == ALL


def test_what_outlived_the_lab_is_still_the_sections_where_the_story_did_not(
    held: Inventory, section: Section, record: Record, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An engine keeps images when the lab goes down."""
    record.inventory = {"box": ["fake-1"]}
    assert baseline(section, LabState(), record) == ALL, "a lab's own backend forgets"
    use(monkeypatch, shared=True)
    assert baseline(section, LabState(), record) == {
        "box": [one for one in ALL["box"] if one != "labelled"]
    }


@pytest.mark.parametrize("name", ["fake", "fake-1", "fake_data", "fake/app:1", "fake.local"])
def test_a_name_that_is_or_begins_with_the_sections_is_its_own(name: str) -> None:
    assert Label("", name).is_of("fake")
    assert not Label("other", name).is_of("fake"), "a label says more than a name"


@pytest.mark.parametrize("name", ["faker", "my-fake", ""])
def test_a_name_that_only_looks_like_it_is_not(name: str) -> None:
    assert not Label("", name).is_of("fake")

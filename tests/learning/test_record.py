"""The section's story: kept on disk, shared, and never in the way when it's broken."""

from __future__ import annotations

import threading
from pathlib import Path

from cloudlab.learning.record import (
    KEPT_COMMANDS,
    Command,
    Outage,
    Record,
    begin_record,
    changing_record,
    forget_record,
    load_record,
)
from cloudlab.learning.sections import Section


def command(line: str, exit_code: int = 0) -> Command:
    return Command(line=line, exit_code=exit_code, started=1.0, ended=2.0)


def test_a_record_is_read_as_it_was_written(section: Section) -> None:
    record = Record(section="fake", memory_id="m", inventory={"table": ["a"]})
    record.add_command(command("ls"))
    record.observe({"desired": 2})
    begin_record(record)
    assert load_record("fake") == record


def test_without_a_record_there_is_none(section: Section) -> None:
    assert load_record("fake") is None


def test_facts_are_noted_only_when_they_change(record: Record) -> None:
    assert record.observe({"desired": 2})
    assert not record.observe({"desired": 2})
    assert record.observe({"desired": 3})
    assert record.observe({"desired": 2})
    assert [o.facts["desired"] for o in record.observations] == [2, 3, 2]


def test_a_story_that_begins_again_keeps_what_is_there_now(record: Record) -> None:
    record.inventory = {"table": ["a"]}
    record.observe({"desired": 2})
    record.observe({"desired": 3})
    record.add_command(command("ls"))
    record.answers["a.b"] = {"x": 1}
    record.outage = Outage(name="o", started=1.0)
    record.begin_again()
    assert [o.facts["desired"] for o in record.observations] == [3]
    assert (record.commands, record.answers, record.outage) == ([], {}, None)
    assert record.inventory == {"table": ["a"]}


def test_the_oldest_commands_are_let_go(record: Record) -> None:
    for number in range(KEPT_COMMANDS + 5):
        record.add_command(command(f"echo {number}"))
    assert len(record.commands) == KEPT_COMMANDS
    assert record.commands[-1].line == f"echo {KEPT_COMMANDS + 4}"


def test_a_change_is_kept(record: Record) -> None:
    with changing_record("fake") as current:
        assert current is not None
        current.add_command(command("ls"))
    assert [c.line for c in load_record("fake").commands] == ["ls"]  # type: ignore[union-attr]


def test_a_section_that_is_not_connected_gets_no_record(section: Section) -> None:
    with changing_record("fake") as current:
        assert current is None
    assert load_record("fake") is None


def test_a_change_that_fails_halfway_changes_nothing(record: Record) -> None:
    try:
        with changing_record("fake") as current:
            assert current is not None
            current.add_command(command("ls"))
            raise KeyboardInterrupt
    except KeyboardInterrupt:
        pass
    assert load_record("fake").commands == []  # type: ignore[union-attr]


def test_changes_of_two_at_once_are_both_kept(record: Record) -> None:
    def add(name: str) -> None:
        for number in range(10):
            with changing_record("fake") as current:
                assert current is not None
                current.add_command(command(f"{name} {number}"))

    threads = [threading.Thread(target=add, args=(name,)) for name in ("shell", "notebook")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(load_record("fake").commands) == 20  # type: ignore[union-attr]


def test_an_unreadable_record_is_set_aside_and_counts_as_none(
    record: Record, checkout: Path
) -> None:
    file = checkout / ".lab" / "sections" / "fake.json"
    file.write_bytes(b"\xff{")
    assert load_record("fake") is None
    assert file.with_suffix(".unreadable").read_bytes() == b"\xff{"


def test_a_record_is_for_its_owner_alone(record: Record, checkout: Path) -> None:
    file = checkout / ".lab" / "sections" / "fake.json"
    assert file.stat().st_mode & 0o777 == 0o600


def test_forgetting_twice_is_no_error(record: Record) -> None:
    forget_record("fake")
    forget_record("fake")
    assert load_record("fake") is None

"""An outage is drawn, strikes once, and its post-mortem is made of what was recorded."""

from __future__ import annotations

from typing import Any

import pytest

from cloudlab.lab.errors import UsageError
from cloudlab.learning.checks import load_room
from cloudlab.learning.errors import NotConnected
from cloudlab.learning.outages import outage, post_mortem
from cloudlab.learning.record import Command, changing_record, load_record
from cloudlab.learning.sections import Section
from cloudlab.learning.session import after_cell

Output = pytest.CaptureFixture[str]


def test_an_outage_strikes_and_reports_what_users_see(
    connected: Section, cloud: Any, capsys: Output
) -> None:
    cloud.tables = {"orders"}
    capsys.readouterr()
    outage("fake")
    assert cloud.tables == set()
    assert capsys.readouterr().out == ("Pager: Orders are lost.\nThe cause is one of: dropped.\n")


def test_while_one_is_under_way_it_is_reported_again(
    connected: Section, cloud: Any, capsys: Output
) -> None:
    cloud.tables = {"orders"}
    outage("fake")
    cloud.tables = {"orders"}
    capsys.readouterr()
    outage("fake")
    assert cloud.tables == {"orders"}
    assert "Pager: Orders are lost." in capsys.readouterr().out


def test_an_outage_can_be_named(connected: Section) -> None:
    outage("fake", "dropped")
    assert load_record("fake").outage.name == "dropped"  # type: ignore[union-attr]


def test_a_name_that_no_outage_has_is_refused(connected: Section) -> None:
    with pytest.raises(UsageError, match="There are dropped"):
        outage("fake", "flood")


def test_before_connect_nothing_is_broken(section: Section) -> None:
    with pytest.raises(NotConnected):
        outage("fake")


def test_a_section_without_outages_says_so(connected: Section) -> None:
    load_room("fake").outages.clear()
    with pytest.raises(UsageError, match="no outage"):
        outage("fake")


def test_an_outage_that_fails_to_strike_is_not_under_way(connected: Section, cloud: Any) -> None:
    cloud.down = True
    with pytest.raises(Exception, match=r"doesn't answer"):
        outage("fake")
    assert load_record("fake").outage is None  # type: ignore[union-attr]


def test_a_post_mortem_tells_changes_and_commands_in_order(
    connected: Section, cloud: Any, capsys: Output
) -> None:
    cloud.tables = {"orders"}
    outage("fake")
    with changing_record("fake") as record:
        assert record is not None
        assert record.outage is not None
        at = record.outage.started + 61
        before = Command(line="old", exit_code=0, started=1, ended=2)
        record.commands = [before, Command(line="repair", exit_code=1, started=at, ended=at)]
    cloud.tables = {"orders", "extra"}
    after_cell("fake")
    with changing_record("fake") as record:
        assert record is not None
        record.observations[-1].at = at + 62
    capsys.readouterr()
    post_mortem("fake")
    assert capsys.readouterr().out.splitlines() == [
        "Post-mortem",
        "0:00 tables: −orders",
        "1:01 you ran: repair (exit code 1)",
        "2:03 tables: +extra +orders",
        "Write below: why could this happen, and what would have told you sooner?",
    ]


def test_without_an_outage_there_is_no_post_mortem(connected: Section) -> None:
    with pytest.raises(UsageError, match='outage\\("fake"\\) draws one'):
        post_mortem("fake")

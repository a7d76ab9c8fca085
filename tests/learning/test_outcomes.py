"""Outcomes: one line of text, the same on every run."""

from __future__ import annotations

import pytest

from cloudlab.learning import outcomes
from cloudlab.learning.outcomes import MARKS, Kind

EVERY_KIND = [
    outcomes.passed("There are two."),
    outcomes.not_yet("one", seen="There is one.", expected="two.", look="count."),
    outcomes.not_attempted("begin."),
    outcomes.saved_not_applied(["a.tf"], "terraform apply", failed=False),
    outcomes.settling("the group grows."),
    outcomes.not_runnable("No Docker.", "a machine with Docker."),
    outcomes.lab_fault("It doesn't answer.", "cloudlab up."),
]


def test_there_is_a_maker_for_every_kind() -> None:
    assert [o.kind for o in EVERY_KIND] == list(Kind)


@pytest.mark.parametrize("outcome", EVERY_KIND, ids=lambda o: o.kind)
def test_an_outcome_is_one_line_that_begins_with_mark_and_kind(outcome: outcomes.Outcome) -> None:
    line = outcome.line("iaas.heal")
    assert line.startswith(f"{MARKS[outcome.kind]} iaas.heal: {outcome.kind}.")
    assert "\n" not in line


@pytest.mark.parametrize("outcome", EVERY_KIND[1:], ids=lambda o: o.kind)
def test_only_passed_is_a_pass(outcome: outcomes.Outcome) -> None:
    assert not outcome.passed
    assert outcome.code, "hints are chosen by it"


def test_not_yet_says_what_was_seen_wanted_and_where_to_look() -> None:
    line = outcomes.not_yet("c", seen="One.", expected="two.", look="count.").line("a.b")
    assert line == "✗ a.b: not yet. One. Wanted: two. Next: count."


def test_saved_names_its_files_in_a_fixed_order() -> None:
    line = outcomes.saved_not_applied(["b.tf", "a.tf"], "terraform apply", failed=False).line("x.y")
    assert "a.tf and b.tf: saved, and not applied yet. " in line
    assert line.endswith("Next: run terraform apply, then check.")


def test_after_a_failed_command_its_message_is_the_next_thing_to_read() -> None:
    line = outcomes.saved_not_applied(["a.tf"], "terraform apply", failed=True).line("x.y")
    assert "The last terraform apply failed." in line
    assert "a.tf" not in line

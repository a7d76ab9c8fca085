"""Drift and destroy: stories of kinds that no misconception file tells."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from cloudlab.learning.outcomes import Kind
from cloudlab.learning.view import LabView

from .conftest import Judge, ran, told

RULES = ["iaas-web lets in tcp 80 from iaas-alb"]
ROGUE = "iaas-web lets in tcp 22 from 0.0.0.0/0"


def test_the_rogue_rule_gone_and_the_others_kept_passes(judge: Judge) -> None:
    story = told((1, {"rules": RULES}), (2, {"rules": [*RULES, ROGUE]}), (3, {"rules": RULES}))
    assert judge("iaas.drift", observations=story).passed


def test_all_rules_gone_is_too_much(judge: Judge) -> None:
    story = told((1, {"rules": RULES}), (2, {"rules": [*RULES, ROGUE]}), (3, {"rules": []}))
    assert judge("iaas.drift", observations=story).code == "more-gone"


def test_a_rule_that_nobody_touched_is_not_attempted(judge: Judge) -> None:
    story = told((1, {"rules": RULES}), (2, {"rules": [*RULES, ROGUE]}))
    assert judge("iaas.drift", observations=story).kind is Kind.NOT_ATTEMPTED


def test_an_apply_that_adopts_the_rule_leaves_it_open(judge: Judge) -> None:
    story = told((1, {"rules": RULES}), (2, {"rules": [*RULES, ROGUE]}))
    assert judge("iaas.drift", observations=story, commands=[ran(4)]).code == "still-open"


def test_without_a_colleague_there_is_no_drift(judge: Judge) -> None:
    assert not judge("iaas.drift", observations=told((1, {"rules": RULES}))).passed


NOTHING = {"group": [], "load balancers": [], "databases": []}
DATABASE = NOTHING | {"databases": ["iaas-db"]}
SHOP = DATABASE | {"group": [{"servers": ["i-1"], "desired": 1}], "load balancers": ["iaas"]}


@pytest.fixture
def fifteen_left(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The cloud holds fifteen things of the section's, and Terraform remembers them."""
    (tmp_path / "terraform.tfstate").write_text("{}")
    monkeypatch.setattr(LabView, "work", tmp_path)
    monkeypatch.setattr(LabView, "leftovers", lambda lab: {"subnet": ["s"] * 15})


@pytest.mark.usefixtures("fifteen_left")
@pytest.mark.parametrize(
    "facts", [[NOTHING], [DATABASE], [NOTHING, SHOP]], ids=["network", "database", "all"]
)
def test_who_has_taken_nothing_down_has_not_begun(judge: Judge, facts: list[Any]) -> None:
    """However far the building came; one whose database is refused never has a server."""
    story = told(*enumerate(facts))
    assert judge("iaas.destroy", observations=story).kind is Kind.NOT_ATTEMPTED


@pytest.mark.usefixtures("fifteen_left")
@pytest.mark.parametrize("last", [NOTHING, DATABASE], ids=["all", "not the database"])
def test_what_stood_and_is_gone_was_taken_down(judge: Judge, last: Any) -> None:
    assert judge("iaas.destroy", observations=told((1, SHOP), (2, last))).code == "partly"


@pytest.mark.usefixtures("fifteen_left")
def test_a_destroy_that_left_something_was_tried(judge: Judge) -> None:
    tried = [ran(2, "terraform destroy -auto-approve -target=aws_subnet.public")]
    assert judge("iaas.destroy", observations=told((1, NOTHING)), commands=tried).code == "partly"

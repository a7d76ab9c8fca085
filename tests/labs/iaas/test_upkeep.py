"""Drift: stories of kinds that no misconception file tells."""

from __future__ import annotations

from cloudlab.learning.outcomes import Kind

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

"""Heal and scale: stories of kinds that no misconception file tells."""

from __future__ import annotations

from typing import Any

from cloudlab.learning.network import Instance, Network, ScalingGroup
from cloudlab.learning.outcomes import Kind

from .conftest import Judge, ran, told

GROUP = Network(scaling_groups=(ScalingGroup("g", "iaas-web", "v", instances=("a", "b")),))


def group(servers: str, desired: int, alarm: str = "OK") -> dict[str, Any]:
    return {
        "group": [{"servers": list(servers), "desired": desired}],
        "alarms": {"iaas-cpu-high": alarm},
    }


def busy(servers: int) -> dict[str, Any]:
    return group("abcdefghij"[:servers], servers, "ALARM")


def test_one_that_dies_and_is_replaced_between_two_looks_is_healed(judge: Judge) -> None:
    story = told((1, group("ab", 2)), (2, group("bc", 2)))
    assert judge("iaas.heal", GROUP, observations=story).passed


def test_one_that_is_missing_for_a_while_is_healed_when_it_is_back(judge: Judge) -> None:
    story = told((1, group("ab", 2)), (2, group("b", 2)))
    assert judge("iaas.heal", GROUP, observations=story).kind is Kind.SETTLING
    story = told((1, group("ab", 2)), (2, group("b", 2)), (3, group("bc", 2)))
    assert judge("iaas.heal", GROUP, observations=story).passed


def test_wanting_fewer_and_then_more_again_is_no_healing(judge: Judge) -> None:
    story = told((1, group("ab", 2)), (2, group("b", 1)), (3, group("bc", 2)))
    assert not judge("iaas.heal", GROUP, observations=story).passed
    story = told((1, group("ab", 2)), (2, group("b", 1)))
    assert judge("iaas.heal", GROUP, observations=story).code == "fewer"


def test_one_that_left_the_group_alive_is_not_dead(judge: Judge) -> None:
    running = Network(
        scaling_groups=GROUP.scaling_groups, instances=(Instance("a", "iaas-web", "v", "s"),)
    )
    story = told((1, group("ab", 2)), (2, group("bc", 2)))
    assert judge("iaas.heal", running, observations=story).code == "detached"


def test_without_a_group_nothing_is_healed(judge: Judge) -> None:
    story = told((1, group("ab", 2)), (2, group("bc", 2)))
    assert judge("iaas.heal", Network(), observations=story).kind is Kind.NOT_ATTEMPTED


def test_the_alarm_adds_one_and_an_apply_leaves_it(judge: Judge) -> None:
    story = told((1, group("ab", 2)), (2, busy(2)), (3, busy(3)))
    assert judge("iaas.scale", GROUP, observations=story, commands=[ran(5)]).passed


def test_an_apply_that_comes_before_the_alarm_is_no_test(judge: Judge) -> None:
    story = told((1, group("ab", 2)), (2, busy(2)), (9, busy(3)))
    assert judge("iaas.scale", GROUP, observations=story, commands=[ran(5)]).code == "not-tried"


def test_an_apply_that_raises_the_number_is_not_the_alarm(judge: Judge) -> None:
    """Hard-coded, applied twice, and the policy never carried out."""
    story = told((1, group("ab", 2)), (2, busy(2)), (5, busy(3)))
    outcome = judge("iaas.scale", GROUP, observations=story, commands=[ran(5), ran(9)])
    assert outcome.kind is Kind.NOT_ATTEMPTED


def test_a_fall_before_the_alarm_changes_nothing(judge: Judge) -> None:
    """The lab stood at three from an earlier try; an apply made it two, the alarm three."""
    story = told((1, busy(3)), (3, busy(2)), (5, busy(3)), (7, busy(2)))
    outcome = judge("iaas.scale", GROUP, observations=story, commands=[ran(3), ran(7)])
    assert outcome.code == "apply-undid"


def test_load_alone_moves_nothing(judge: Judge) -> None:
    story = told((1, group("ab", 2)), (2, busy(2)))
    assert judge("iaas.scale", GROUP, observations=story).kind is Kind.NOT_ATTEMPTED

"""Comparing: answers of kinds that no misconception file lists."""

from __future__ import annotations

from typing import Any

import pytest

from cloudlab.learning.outcomes import Kind

from .conftest import Box, Judge

RIGHT = {"written": ["aws_lb", "aws_db_instance"], "patches": "you", "first": "paas"}


def two(left: str, right: str) -> list[Box]:
    """Two containers, and the number of the kernel that each of them runs on."""
    return [
        Box("containers-left", says={"boot_id": f"{left}\n"}),
        Box("containers-right", says={"boot_id": f"{right}\n"}),
    ]


def answered(name: str, **given: Any) -> dict[str, Any]:
    return {"answers": {f"containers.{name}": given}}


def test_one_kernel_under_two_containers_passes(judge: Judge) -> None:
    assert judge("machines", *two("a", "a"), **answered("machines", kernels=1)).passed


def test_where_each_has_a_kernel_the_other_answer_is_right(judge: Judge) -> None:
    """An engine may run every container in a virtual machine: the containers are believed."""
    assert judge("machines", *two("a", "b"), **answered("machines", kernels=2)).passed
    assert judge("machines", *two("a", "b"), **answered("machines", kernels=1)).code == "kernels"


def test_without_containers_or_an_answer_there_is_no_try(judge: Judge) -> None:
    assert judge("machines", **answered("machines", kernels=1)).kind is Kind.NOT_ATTEMPTED
    assert judge("machines", *two("a", "a")).kind is Kind.NOT_ATTEMPTED


@pytest.mark.parametrize("written", [["aws_db_instance", "aws_lb"], ("aws_lb", "aws_db_instance")])
def test_the_order_of_names_does_not_matter(judge: Judge, written: Any) -> None:
    assert judge("services", **answered("services", **RIGHT | {"written": written})).passed


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"written": "aws_lb"}, "too-few"),
        ({"written": ["aws_lb", "aws_db_instance", "aws_security_group"]}, "too-many"),
        ({"written": ["aws_vpc"]}, "too-many"),
        ({"patches": "nobody"}, "patches"),
        ({"first": "iaas"}, "first"),
        ({"first": "saas"}, "first"),
    ],
)
def test_a_wrong_answer_is_told_which(judge: Judge, change: dict[str, Any], code: str) -> None:
    assert judge("services", **answered("services", **RIGHT | change)).code == code


def test_half_an_answer_is_no_try(judge: Judge) -> None:
    half = {"written": ["aws_lb"], "patches": "you"}
    assert judge("services", **answered("services", **half)).kind is Kind.NOT_ATTEMPTED

"""Which areas are measured; in which order, and of which lab."""

from __future__ import annotations

import importlib
import os
from collections.abc import Iterator

import pytest

from cloudlab.authoring.bench.measures import Found, Measure

bench = importlib.import_module("cloudlab.authoring.bench.__main__")


@pytest.fixture(autouse=True)
def areas(monkeypatch: pytest.MonkeyPatch, own_environment: None) -> list[str]:
    """The areas that were measured; none takes any time."""
    names: list[str] = []

    def measured(name: str) -> Iterator[Found]:
        names.append(name)
        yield Measure(name, 1, "s", 0.5 if name == "containers" else None)

    fake = {name: lambda name=name: measured(name) for name in bench.AREAS}
    monkeypatch.setattr(bench, "AREAS", fake)
    return names


def test_all_are_measured_unless_one_is_named(areas: list[str]) -> None:
    assert bench.main(["kubernetes"]) == 0
    assert areas == ["kubernetes"]
    assert bench.main([]) == 1, "one of them is broken"
    assert areas[1:] == ["aws", "kubernetes", "containers"]


def test_an_unknown_area_is_said(areas: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert bench.main(["iaas"]) == 2
    assert areas == []
    assert capsys.readouterr().err == "no area is called iaas: aws, kubernetes, containers\n"


def test_it_is_the_embedded_lab_that_is_measured(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LAB_AWS", "external")
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://example.com")
    monkeypatch.setenv("LAB_CONTAINERS", "none")
    bench.main(["aws"])
    assert os.environ["LAB_CONTAINERS"] == "none", "who wants no engine gets none"
    assert os.environ["LAB_AWS"] == "ministack"
    assert os.environ["LAB_KUBERNETES"] == "kwok"
    assert "AWS_ENDPOINT_URL" not in os.environ

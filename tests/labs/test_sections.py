"""Every section's manifest and room hold what CONTRIBUTING.md asks of them."""

from __future__ import annotations

import pytest

from cloudlab.authoring.lint import lint
from cloudlab.authoring.lint.terms import terms_problems
from cloudlab.learning.sections import load_section, section_names


@pytest.mark.parametrize("section", section_names())
def test_nothing_is_to_be_mended(section: str) -> None:
    assert lint(load_section(section)) == []


def test_no_section_needs_what_none_before_it_taught() -> None:
    assert list(terms_problems([load_section(name) for name in section_names()])) == []

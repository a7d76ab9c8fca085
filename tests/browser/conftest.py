"""A lab of its own with JupyterLab, and a Chromium in which it is opened."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from cloudlab.authoring.browsing import Desk, chromium, own_desk
from cloudlab.lab import processes
from cloudlab.lab.paths import paths


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Skips, where this machine has no Chromium."""
    try:
        with chromium() as browser:
            yield browser
    except LookupError as error:
        pytest.skip(str(error))


@pytest.fixture(scope="module")
def link(browser: Browser) -> Iterator[str]:
    """The link that `cloudlab up` printed; at the end, nothing of that lab is left running."""
    with own_desk("iaas") as link:
        state = paths().state
        yield link
    assert processes.marked(state) == []


@pytest.fixture
def desk(browser: Browser, link: str) -> Iterator[Desk]:
    """JupyterLab, opened. Whatever a test does with it, nobody but this machine is asked."""
    with Desk.open(browser, link) as desk:
        yield desk
    assert desk.asked == []

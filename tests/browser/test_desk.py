"""JupyterLab as `cloudlab up` starts it: behind a token, with the learner's files, and quiet."""

from __future__ import annotations

from urllib.parse import urlsplit

import httpx
import pytest
from playwright.sync_api import Browser, expect

from cloudlab.authoring.browsing import Desk
from cloudlab.lab.paths import paths

pytestmark = [pytest.mark.browser, pytest.mark.lab, pytest.mark.timeout(300)]


def address(link: str, path: str) -> str:
    return urlsplit(link)._replace(path=path, query="").geturl()


def test_with_the_printed_link_it_opens(desk: Desk) -> None:
    expect(desk.page.get_by_role("tab", name="Launcher")).to_be_visible()


def test_without_the_token_it_shows_nothing(link: str) -> None:
    page = httpx.get(address(link, "/lab"))
    assert (page.status_code, urlsplit(page.headers["Location"]).path) == (302, "/login")
    for path in ("/api/contents", "/api/kernels", "/api/terminals", "/lab/api/settings"):
        assert httpx.get(address(link, path)).status_code == 403, path


def test_with_a_wrong_token_it_shows_nothing(link: str) -> None:
    answer = httpx.get(address(link, "/api/contents"), params={"token": "wrong"})
    assert answer.status_code == 403


def test_the_learners_notebooks_are_there_and_the_solved_ones_are_not(desk: Desk) -> None:
    names = {file.name for file in (paths().root / "notebooks").glob("*.ipynb")}
    assert names <= set(desk.files)
    assert not [one for one in desk.files if "solution" in one]
    assert not list(paths().work.rglob("solutions"))
    learners = (paths().work / "01-iaas.ipynb").read_text()
    assert "BEGIN SOLUTION" not in learners
    assert '"execution_count": 1' not in learners


def test_it_offers_no_list_of_packages_and_no_news(desk: Desk) -> None:
    """Both would be fetched from the network."""
    expect(desk.page.get_by_role("tab", name="Table of Contents")).to_be_visible()
    assert desk.page.get_by_role("tab", name="Extension Manager").count() == 0
    assert desk.page.get_by_text("Would you like to get notified").count() == 0


def test_a_page_that_asks_another_host_would_be_found_out(browser: Browser, link: str) -> None:
    with Desk.open(browser, link) as desk:
        desk.page.evaluate("fetch('https://news.example/feed').catch(() => null)")
        desk.page.evaluate("new WebSocket('wss://news.example/live'), null")
        assert sorted(desk.asked) == ["https://news.example/feed", "wss://news.example/live"]

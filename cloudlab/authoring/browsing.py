"""A learner's JupyterLab in Chromium: a lab of its own, a browser, and the keys that are pressed.

Nothing sleeps: every step waits for what a learner would see, within a limit.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from shutil import which
from urllib.parse import urlsplit

from playwright.sync_api import (
    Browser,
    Locator,
    Page,
    Playwright,
    Route,
    ViewportSize,
    expect,
    sync_playwright,
)

from cloudlab.authoring.own_lab import own_lab

#: Chromium itself must be as quiet as the page: no updates, no sync, no variations.
QUIET = (
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-gpu",
    "--disable-quic",
    "--disable-sync",
    "--no-first-run",
)
LOOPBACK = {None, "127.0.0.1", "localhost"}
SIZE: ViewportSize = {"width": 1280, "height": 800}
#: Milliseconds: for what the page does by itself, and for a cell that makes things.
SOON, LATER = 60_000, 240_000
#: The attribute in which JupyterLab numbers the cells.
PLACE = "data-windowed-list-index"


@contextmanager
def own_desk(*sections: str) -> Iterator[str]:
    """A lab of one's own with JupyterLab on; gives the link that `cloudlab up` prints."""
    with own_lab(*sections):
        command = [sys.executable, "-m", "cloudlab.cli", "up", *sections]
        said = subprocess.run(
            command,
            env={**os.environ, "LAB_JUPYTER": "auto"},
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )
        link = re.search(r"^Open (http\S+)$", said.stdout, re.MULTILINE)
        if link is None:
            raise RuntimeError(f"no link was printed:\n{said.stdout}{said.stderr}")
        yield link[1]


@contextmanager
def chromium() -> Iterator[Browser]:
    """A headless Chromium: the system's, else playwright's own. LookupError where there's none."""
    expect.set_options(timeout=SOON)
    with sync_playwright() as playwright:
        program = find_chromium(playwright)
        if program is None:
            raise LookupError("There is no Chromium here: on Debian, apt-get install chromium.")
        # Its sandbox doesn't work for root, nor in most containers; it sees loopback alone.
        root = ["--no-sandbox"] if os.geteuid() == 0 else []
        browser = playwright.chromium.launch(executable_path=program, args=[*QUIET, *root])
        try:
            yield browser
        finally:
            browser.close()


def find_chromium(playwright: Playwright) -> str | None:
    """Where a Chromium is on this machine, if there is one."""
    for name in ("chromium", "chromium-browser", "google-chrome"):
        if found := which(name):
            return found
    own = playwright.chromium.executable_path
    return own if Path(own).exists() else None


def is_foreign(address: str) -> bool:
    """Whether another machine would be asked; what stands in the page itself has no host."""
    return urlsplit(address).hostname not in LOOPBACK


@dataclass
class Desk:
    """A page of JupyterLab. `asked` holds what it asked of other hosts: all of it was refused."""

    page: Page
    asked: list[str] = field(default_factory=list)

    @classmethod
    @contextmanager
    def open(cls, browser: Browser, link: str) -> Iterator[Desk]:
        """Open the link in a browser that has never been here before."""
        with browser.new_context(viewport=SIZE) as context:
            desk = cls(context.new_page())
            desk.page.set_default_timeout(SOON)
            context.route(is_foreign, desk._refuse)
            context.route_web_socket(is_foreign, lambda socket: desk.asked.append(socket.url))
            desk.page.goto(link)
            desk.page.wait_for_selector("#jp-main-dock-panel .lm-TabBar-tab")
            yield desk

    def _refuse(self, route: Route) -> None:
        self.asked.append(route.request.url)
        route.abort()

    @property
    def files(self) -> list[str]:
        """The names in the file browser."""
        names = self.page.locator(".jp-DirListing-itemText")
        expect(names.first).to_be_visible()
        return names.all_inner_texts()

    def command(self, name: str) -> None:
        """Run a command of JupyterLab's palette, by its name."""
        self.page.keyboard.press("ControlOrMeta+Shift+C")
        palette = self.page.locator(".lm-CommandPalette:visible")
        palette.locator("input").fill(name)
        expect(palette.locator(".lm-CommandPalette-item").first).to_contain_text(name)
        self.page.keyboard.press("Enter")
        expect(palette).to_have_count(0)

    def notebook(self, name: str) -> Notebook:
        """Open a notebook by the keyboard; its kernel is ready."""
        self.command("Open from Path")
        self.page.locator(".jp-Dialog input").fill(name)
        self.page.keyboard.press("Enter")
        notebook = Notebook(self.page)
        expect(notebook.cells.nth(1)).to_be_attached()
        # The notebook's own indicator says idle before there is a kernel; the status bar doesn't.
        expect(self.page.get_by_text("(ipykernel) | Idle")).to_be_visible()
        return notebook


@dataclass
class Notebook:
    """The notebook that is open, worked on by the keyboard alone."""

    page: Page

    @property
    def cells(self) -> Locator:
        """All cells, in order."""
        return self.page.locator(".jp-Notebook .jp-Cell")

    @property
    def active(self) -> Locator:
        """The cell that has the blue bar, with its text."""
        cell = self.page.locator(".jp-Notebook .jp-Cell.jp-mod-active")
        cell.locator(".cm-line").first.wait_for(state="attached")
        return cell

    def source(self) -> str:
        """The text of the active cell; of a long one, as much as can be seen."""
        return "\n".join(self.active.locator(".cm-line").all_text_contents())

    def run(self) -> Locator:
        """Shift+Enter on the active cell; gives that cell when it has ended."""
        place = self.active.get_attribute(PLACE) or "0"
        cell = self.cells.nth(int(place))
        prompt = cell.locator(".jp-InputArea-prompt")
        before = prompt.inner_text()
        self.page.keyboard.press("Shift+Enter")
        expect(self.active).not_to_have_attribute(PLACE, place)
        if before:  # a cell of code
            ended = re.compile(rf"^(?!{re.escape(before)})\[\d+\]:$")
            expect(prompt).to_have_text(ended, timeout=LATER)
        return cell

    def run_to(self, beginning: str) -> Locator:
        """Shift+Enter, until a cell with this beginning has been run."""
        while not self.source().startswith(beginning):
            self.run()
        return self.run()

    def go_to(self, beginning: str, key: str = "ArrowDown") -> None:
        """Down (or up) to the next cell with this beginning; none is run on the way."""
        while not self.source().startswith(beginning):
            before = self.active.get_attribute(PLACE) or ""
            self.page.keyboard.press(key)
            expect(self.active).not_to_have_attribute(PLACE, before)

    def write(self, text: str) -> None:
        """Replace the active cell's text."""
        self.page.keyboard.press("Enter")
        expect(self.active.locator(".cm-editor.cm-focused")).to_be_attached()
        self.page.keyboard.press("ControlOrMeta+A")
        self.page.keyboard.insert_text(text)

    def try_out(self, text: str) -> Locator:
        """Run a cell of one's own, below the one that was run last."""
        self.page.keyboard.press("a")  # above the active one: Shift+Enter has gone on to it
        expect(self.active.locator(".cm-content")).to_have_text("")
        self.write(text)
        return self.run()

    def save(self) -> None:
        """Save the notebook; its tab shows no dot any more."""
        self.page.keyboard.press("ControlOrMeta+S")
        expect(self.page.locator(".lm-TabBar-tab.lm-mod-current.jp-mod-dirty")).to_have_count(0)

"""The README's picture: a notebook as a learner meets it, in a lab started for it."""

from __future__ import annotations

import sys
from pathlib import Path

from playwright.sync_api import Locator, expect

from cloudlab.authoring.browsing import Desk, Notebook, chromium, own_desk
from cloudlab.lab.errors import LabError
from cloudlab.lab.paths import paths
from cloudlab.learning.sections import Section, load_section, section_names
from cloudlab.learning.solutions import exercise_sources

NOTEBOOK = "01-iaas.ipynb"
PICTURE = "docs/jupyterlab.png"


def main() -> int:
    """Solve the notebook's first exercise in Chromium, draw the network, take the picture."""
    section = next(one for one in map(load_section, section_names()) if one.notebook == NOTEBOOK)
    try:
        with (
            chromium() as browser,
            own_desk(section.name) as link,
            Desk.open(browser, link) as desk,
        ):
            take(desk, section, paths().root / PICTURE)
    except (LabError, LookupError) as error:
        print(f"not taken: {error}", file=sys.stderr)
        return 1
    print(f"taken: {PICTURE}")
    return 0


def take(desk: Desk, section: Section, picture: Path) -> None:
    """A check that passes, and below it the network as the lab then holds it."""
    notebook = desk.notebook(section.notebook)
    check = solve(notebook, section.full_name(section.exercises[0]))
    drawn = notebook.try_out("diagram()").locator(".jp-RenderedMermaid img")
    expect(check.locator("b").first).to_contain_text("passed")
    expect(drawn).to_be_visible()
    check.evaluate("cell => cell.scrollIntoView({block: 'start'})")
    picture.parent.mkdir(exist_ok=True)
    desk.page.screenshot(path=picture)


def solve(notebook: Notebook, exercise: str) -> Locator:
    """Run on to an exercise's check, the solutions written into their cells; gives the check."""
    answers = {source.splitlines()[0]: source for source in exercise_sources(exercise)}
    while not notebook.source().startswith(f'check("{exercise}")'):
        if answer := answers.get(notebook.source().partition("\n")[0]):
            notebook.write(answer)
        notebook.run()
    return notebook.run()


if __name__ == "__main__":
    sys.exit(main())

"""The first cells of the IaaS notebook, worked on as a learner does it: by keyboard."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, expect

from cloudlab.authoring.browsing import Desk, Notebook
from cloudlab.authoring.misconceptions import Misconception, read_misconception
from cloudlab.lab.paths import paths
from cloudlab.learning.sections import load_section

pytestmark = [pytest.mark.browser, pytest.mark.lab, pytest.mark.timeout(600)]

READABLE = 4.5
"""WCAG's contrast for text."""
COMMENT = 4
"""JupyterLab's own colour for a comment in its dark theme has a little less."""
CONTRAST = Path(__file__).with_name("contrast.js").read_text()
APPLY, CHECK = "!terraform apply", 'check("iaas.public-subnets")'


@pytest.fixture
def notebook(desk: Desk) -> Notebook:
    return desk.notebook("01-iaas.ipynb")


def test_the_first_exercise_by_keyboard(desk: Desk, notebook: Notebook) -> None:
    assert_it_connects(notebook)
    brought = assert_the_network_is_made(notebook)
    assert_the_diagram_is_drawn_and_described(notebook)
    notebook.go_to(CHECK)
    assert_card(notebook.run(), "○ iaas.public-subnets: not attempted", "Next: ")
    check = assert_a_wrong_answer_gets_its_message(notebook)
    desk.command("JupyterLab Dark")
    expect(desk.page.locator("body")).to_have_attribute("data-jp-theme-light", "false")
    assert_readable(check, READABLE)
    assert_readable(brought, COMMENT)
    assert_the_lab_is_cleaned_up(notebook)
    assert_text_is_saved_beside_the_card(notebook)


def assert_it_connects(notebook: Notebook) -> None:
    connected = notebook.run_to("from cloudlab import *")
    assert_card(connected, "Connected: Infrastructure as a Service", "Your files: work/iaas")
    empty = notebook.run_to("diagram()")
    expect(empty.locator(".jp-OutputArea")).to_contain_text("There is no network yet")


def assert_the_network_is_made(notebook: Notebook) -> Locator:
    """Files, init, apply; gives the cell that shows the files."""
    brought = notebook.run_to("bring(")
    shown = brought.locator(".jp-OutputArea")
    expect(shown).to_contain_text("network.tf")
    expect(shown).to_contain_text("aws_internet_gateway")
    assert_readable(brought, READABLE)
    applied = notebook.run_to(APPLY)
    expect(applied.locator(".jp-OutputArea")).to_contain_text("Apply complete!")
    assert height(applied.locator(".jp-OutputArea")) < 400, "a long output isn't scrolled"
    return brought


def assert_the_diagram_is_drawn_and_described(notebook: Notebook) -> None:
    """A picture; the outline in words is its accessible name."""
    drawn = notebook.run_to("diagram()").locator(".jp-RenderedMermaid")
    picture = drawn.locator("img")
    expect(picture).to_be_visible()
    expect(picture).to_have_attribute("alt", "Network diagram of iaas-vpc")
    assert height(picture) > 100
    outline = "iaas-public-1, 10.0.1.0/24: private, no way out"
    expect(drawn.get_by_role("figure", name=outline)).to_have_count(1)


def assert_a_wrong_answer_gets_its_message(notebook: Notebook) -> Locator:
    """Gives the cell with the check."""
    wrong = misconception("no-association")
    notebook.go_to("%%writefile routes_public.tf", "ArrowUp")
    notebook.write(wrong.source)
    expect(notebook.run().locator(".jp-OutputArea")).to_contain_text("Writing routes_public.tf")
    notebook.run_to(APPLY)
    check = notebook.run_to(CHECK)
    assert_card(check, "✗ iaas.public-subnets: not yet", wrong.says)
    return check


def assert_the_lab_is_cleaned_up(notebook: Notebook) -> None:
    cleaned = notebook.try_out('clean_up("iaas", unattended=True)')
    assert_card(cleaned, "The lab is as you found it", "Your files are in work/iaas/previous")


def assert_text_is_saved_beside_the_card(notebook: Notebook) -> None:
    """For every reader that shows no HTML."""
    notebook.save()
    cells: list[dict[str, Any]] = json.loads((paths().work / "01-iaas.ipynb").read_text())["cells"]
    [output] = next(one["outputs"] for one in cells if "".join(one["source"]) == CHECK)
    assert {"text/plain", "text/html"} <= set(output["data"])
    assert "".join(output["data"]["text/plain"]).startswith("✗ iaas.public-subnets: not yet.")


def assert_card(cell: Locator, title: str, *words: str) -> None:
    """The cell's output is a card with that title and those words."""
    card = cell.locator(".jp-RenderedHTML")
    expect(card.locator("b").first).to_contain_text(title)
    for one in words:
        expect(card).to_contain_text(one)


def assert_readable(cell: Locator, wanted: float) -> None:
    """Every piece of text in the cell's output stands out from what is behind it."""
    pieces = cell.locator(".jp-OutputArea").first.evaluate(CONTRAST)
    assert pieces
    assert [piece for piece in pieces if piece["contrast"] < wanted] == []


def height(what: Locator) -> float:
    box = what.bounding_box()
    assert box
    return box["height"]


def misconception(name: str) -> Misconception:
    room = load_section("iaas").room
    return read_misconception(room / "misconceptions" / "public-subnets" / f"{name}.tf")

"""Cards and tables: the text says everything, the HTML is escaped."""

from __future__ import annotations

from typing import Any

import pytest

from cloudlab.learning import cards
from cloudlab.learning.cards import card, in_notebook, show, table


def test_a_card_escapes_what_it_shows() -> None:
    html = card("<b>", ["a & b", ""], "bad")
    assert "&lt;b&gt;" in html
    assert "a &amp; b" in html
    assert html.count("margin-top") == 1, "an empty paragraph is left out"


def test_what_stands_in_backticks_is_code() -> None:
    html = card("Run `ls <folder>`", ["a lone ` stays"])
    assert "Run <code>ls &lt;folder&gt;</code>" in html
    assert "a lone ` stays" in html


def test_a_table_is_aligned_text_and_the_same_in_html() -> None:
    text, html = table(["Name", "Tries"], [["heal", "2"], ["public-subnets", "<1"]])
    assert text.splitlines() == [
        "Name            Tries",
        "heal            2",
        "public-subnets  <1",
    ]
    assert "<td" in html
    assert "&lt;1" in html


def test_a_table_without_rows_is_its_header() -> None:
    assert table(["A", "B"], [])[0] == "A  B"


def test_outside_a_notebook_the_text_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    show("text", "<b>html</b>")
    assert capsys.readouterr().out == "text\n"


def test_a_shell_without_a_front_end_is_no_notebook(
    shell: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    assert not in_notebook()
    show("text", "<b>html</b>")
    assert capsys.readouterr().out == "text\n"


def test_in_a_notebook_text_and_card_are_one_output_with_its_metadata(
    shell: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from IPython.utils.capture import RichOutput, capture_output

    monkeypatch.setattr(cards, "in_notebook", lambda: True)
    with capture_output(stdout=False, stderr=False) as shown:
        show("text", "<b>html</b>", {"outcome": "passed"})
    [output] = shown.outputs
    assert isinstance(output, RichOutput)
    assert output.data == {"text/plain": "text", "text/html": "<b>html</b>"}
    assert output.metadata == {"cloudlab": {"outcome": "passed"}}

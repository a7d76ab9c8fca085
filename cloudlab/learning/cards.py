"""Showing one thing to a learner: a line of text, and beside it a small card in HTML.

The text comes first and says everything; the card adds no fact. Outside a notebook the text is
printed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from html import escape
from typing import Any

COLOURS = {"good": "#1a7f37", "bad": "#b35900", "plain": "#57606a", "fault": "#b3261e"}


def in_notebook() -> bool:
    """Whether an IPython kernel with a front end is running this code."""
    from IPython.core.getipython import get_ipython

    shell = get_ipython()
    return shell is not None and getattr(shell, "kernel", None) is not None


def show(text: str, html: str, metadata: Mapping[str, Any] | None = None) -> None:
    """Display the text with the card beside it, or print the text where there is no front end.

    `metadata` goes with the output under "cloudlab": rehearsal reads a check's outcome there.
    """
    if not in_notebook():
        print(text)
        return
    from IPython.display import display

    bundle = {"text/plain": text, "text/html": html}
    display(bundle, raw=True, metadata={"cloudlab": dict(metadata)} if metadata else {})


def card(title: str, paragraphs: Iterable[str], tone: str = "plain") -> str:
    """A box with a coloured edge: a bold title, then paragraphs. All of it is escaped here."""
    body = "".join(f'<div style="margin-top:.3em">{_said(p)}</div>' for p in paragraphs if p)
    return (
        f'<div style="border-left:4px solid {COLOURS[tone]};padding:.4em .9em;margin:.3em 0">'
        f"<b>{_said(title)}</b>{body}</div>"
    )


def _said(text: str) -> str:
    """The text for HTML: escaped, and what stands in backticks as code."""
    return re.sub(r"`([^`]+)`", r"<code>\1</code>", escape(text))


def table(header: list[str], rows: Iterable[Iterable[str]]) -> tuple[str, str]:
    """The same table as aligned text and as HTML."""
    body = [list(row) for row in rows]
    widths = [max(len(r[i]) for r in [header, *body]) for i in range(len(header))]
    lines = ["  ".join(c.ljust(w) for c, w in zip(r, widths, strict=True)) for r in [header, *body]]
    head = "".join(f'<th style="text-align:left">{escape(c)}</th>' for c in header)
    cells = ["".join(f'<td style="text-align:left">{_said(c)}</td>' for c in row) for row in body]
    rows_html = "".join(f"<tr>{row}</tr>" for row in cells)
    html = f"<table><thead><tr>{head}</tr></thead><tbody>{rows_html}</tbody></table>"
    return "\n".join(line.rstrip() for line in lines), html

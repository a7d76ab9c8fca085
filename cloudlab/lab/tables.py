"""The tables that the command prints: plain columns, which fit a terminal, a log and a question."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cloudlab.lab.doctor import Finding
    from cloudlab.lab.lab import PartStatus

BOLD, RED, YELLOW, PLAIN = "\033[1m", "\033[31m", "\033[33m", "\033[0m"


def parts_table(parts: Sequence[PartStatus]) -> str:
    """A row a part: what it is, how true it is, where, and how long it took to be ready."""
    rows, styles = [("part", "backend", "real or emulated", "endpoint", "ready in")], [BOLD]
    for one in parts:
        part, fine = one.part, one.state == "ready"
        took = f"{part.ready_seconds:.1f} s" if fine and part.ready_seconds else one.state
        what = f"{part.name}: {part.title}"
        rows.append((what, part.backend, part.fidelity, part.endpoint or "–", took))
        styles.append("" if fine else RED)
    return columns(rows, styles)


def findings_table(findings: Sequence[Finding]) -> str:
    """A row a finding: what was looked for, what is there, what follows."""
    rows, styles = [("", "what", "found", "so")], [BOLD]
    for one in findings:
        sign = "✓" if one.good else "–" if one.optional else "✗"
        rows.append((sign, one.what, one.found, one.so))
        styles.append("" if one.good else YELLOW if one.optional else RED)
    return columns(rows, styles)


def columns(rows: Sequence[Sequence[str]], styles: Sequence[str]) -> str:
    """Rows in columns as wide as their widest cell; colours where a terminal shows them."""
    widths = [max(len(row[at]) for row in rows) for at in range(len(rows[0]))]
    lines = [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        for row in rows
    ]
    if sys.stdout.isatty():
        lines = [f"{style}{line}{PLAIN}" for line, style in zip(lines, styles, strict=True)]
    return "\n".join(line.rstrip() for line in lines)

"""Wrong answers (and second right ones) as files: an exercise's whole cell, with a front matter.

#| expect: not yet
#| says: edited the main route table
%%writefile routes_public.tf
…
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from cloudlab.lab.errors import UsageError
from cloudlab.learning.outcomes import Kind

FRONT = re.compile(r"^#\|\s*(?P<key>expect|says|undo):\s*(?P<value>.+?)\s*$")
ENDINGS = {
    *(".tf", ".py", ".sh", ".yaml", ".yml", ".json", ".conf", ".go", ".js", ".sql", ".Dockerfile")
}


@dataclass(frozen=True)
class Misconception:
    """One answer that rehearsal tries, the outcome it must get, and words that it must be told.

    `undo` is a shell command to run after the check, where a later answer would stumble over what
    this one left.
    """

    name: str
    expect: Kind
    says: str
    source: str
    undo: str = ""


def read_misconception(file: Path) -> Misconception:
    """The file as a case; `UsageError` where its front matter isn't whole."""
    front: dict[str, str] = {}
    lines = file.read_text().splitlines()
    while lines and (found := FRONT.match(lines[0])):
        front[found["key"]] = found["value"]
        lines.pop(0)
    try:
        expect = Kind(front["expect"])
        says = front["says"] if expect is not Kind.PASSED else front.get("says", "")
    except (KeyError, ValueError) as error:
        raise UsageError(
            f"{file.name} doesn't say what it expects ({error}).",
            "It begins with `#| expect: not yet` and `#| says: words of the message`.",
        ) from error
    return Misconception(file.stem, expect, says, "\n".join(lines), front.get("undo", ""))


def misconceptions_of(room: Path, slug: str, more: Path | None = None) -> list[Misconception]:
    """The cases of one exercise, by name, second right answers last.

    `more` is a second folder of the same shape.
    """
    if more is not None and not more.is_dir():
        raise UsageError(f"There is no folder {more}.", "It holds <exercise>/<name>.<ending>.")
    folders = [room / "misconceptions" / slug, *([more / slug] if more else [])]
    files = [f for folder in folders for f in sorted(folder.glob("*")) if f.suffix in ENDINGS]
    cases = [read_misconception(f) for f in files]
    return sorted(cases, key=lambda case: case.expect is Kind.PASSED)

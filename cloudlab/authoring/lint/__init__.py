"""Sections, checked as they are written: what doesn't hold, in which file, and what mends it.

lint(section)    one section: its manifest, and the room that goes with it
lint_workbook()  all of them: every section, and the terms that they need and teach
main(name)       `cloudlab lint [SECTION]`

Nothing is run here: whether a check judges rightly is for rehearsal to say.
"""

from __future__ import annotations

from collections.abc import Iterator

from cloudlab.authoring.lint.manifest import manifest_problems
from cloudlab.authoring.lint.room import room_problems
from cloudlab.authoring.lint.terms import terms_problems
from cloudlab.lab import rooms
from cloudlab.lab.errors import UsageError
from cloudlab.learning.sections import Section, load_section, section_names

__all__ = ["lint", "lint_workbook", "main"]


def lint(section: Section) -> list[str]:
    """The problems of one section, a sentence each; empty where there are none."""
    return [*manifest_problems(section), *room_problems(section)]


def lint_workbook() -> list[str]:
    """The problems of all sections, and of how each builds on those before it."""
    sections = [load_section(name) for name in section_names()]
    own = [problem for section in sections for problem in lint(section)]
    return [*own, *terms_problems(sections)]


def main(name: str | None = None) -> int:
    """Print the problems of a section, or of the workbook; 0 where there are none, else 1."""
    problems = list(_problems(name))
    for problem in problems:
        print(problem)
    print(f"{len(problems)} problems" if problems else "no problem")
    return 1 if problems else 0


def _problems(name: str | None) -> Iterator[str]:
    """A manifest that doesn't load is a problem like any other, if a section has that name."""
    known = rooms.sections()  # whether or not their manifests load
    if name is not None and name not in known:
        raise UsageError(f"There is no section {name!r}.", f"They are: {', '.join(known)}.")
    try:
        yield from lint_workbook() if name is None else lint(load_section(name))
    except UsageError as error:
        yield f"{error.what} {error.todo}"

"""Terms: no section needs what none before it taught."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from cloudlab.learning.sections import Section

ROOT_ASSUMES = "python"


def terms_problems(sections: Sequence[Section]) -> Iterator[str]:
    """The gaps between sections, given in the order in which a learner meets them."""
    known: set[str] = set()
    for section in sections:
        where = f"labs/{section.name}/section.toml"
        yield from (f"{where}: {text}" for text in _assumptions(section, first=not known))
        known |= set(section.assumes)
        yield from (f"{where}: {text}" for text in _gaps(section, known, sections))
        yield from (f"{where}: {text}" for text in _taught_twice(section))
        known |= taught(section)


def taught(section: Section) -> set[str]:
    """The terms that the section's text or one of its exercises teaches."""
    return {*section.teaches, *(term for one in section.exercises for term in one.teaches)}


def _assumptions(section: Section, *, first: bool) -> Iterator[str]:
    """Only where the workbook begins may something be assumed."""
    if first and ROOT_ASSUMES not in section.assumes:
        yield f'it is the first section: assumes = ["{ROOT_ASSUMES}"].'
    if not first and section.assumes:
        yield f"it assumes {_list(section.assumes)}: list it in needs; only the first assumes."


def _gaps(section: Section, known: set[str], sections: Sequence[Section]) -> Iterator[str]:
    for term in section.needs:
        if term in known:
            continue
        later = [other.name for other in sections if term in taught(other)]
        if later == [section.name]:
            yield f"it needs {term!r} and teaches it itself: drop it from needs."
        elif later:
            yield f"it needs {term!r}, taught later, by {_list(later)}: teach it before."
        else:
            yield f"it needs {term!r}, which no section teaches: teach it before, or drop it."


def _taught_twice(section: Section) -> Iterator[str]:
    """A term is new once."""
    met: dict[str, str] = {}
    for one in section.exercises:
        for term in one.teaches:
            if term in met:
                yield f"{met[term]} and {one.name} both teach {term!r}: it's new once."
            met[term] = one.name


def _list(words: Sequence[str]) -> str:
    return ", ".join(words)

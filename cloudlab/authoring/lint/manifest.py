"""What a section.toml promises: exercises that serve objectives, within the time.

Its shape (which keys, 2-3 hints, at most two new terms an exercise) is refused when it's loaded.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from cloudlab.lab.environment import NOWHERE
from cloudlab.lab.images.table import table as images
from cloudlab.lab.parts import parts_for
from cloudlab.lab.settings import KNOBS, settings
from cloudlab.lab.tools.finding import table
from cloudlab.learning.sections import Section

CORE_EXERCISES = range(5, 7)
CORE_MINUTES = 60
"""With the reading."""
EXERCISE_MINUTES = range(2, 26)
#: What a part may turn out to be once it's started, beside what it is called before.
ALTERNATIVES = {"Docker Engine": "Podman", "official images": "Debian stand-ins"}


def manifest_problems(section: Section) -> Iterator[str]:
    """What doesn't hold in the section's manifest, a sentence each."""
    where = f"labs/{section.name}/section.toml"
    rules = (_names, _objectives, _hints, _minutes, _core, _lab, _reality)
    yield from (f"{where}: {problem}" for rule in rules for problem in rule(section))


def introduces(section: Section) -> bool:
    """Whether it's the workbook's root, which assumes what no section teaches.

    It has fewer exercises than a full section.
    """
    return bool(section.assumes)


def is_full(section: Section) -> bool:
    """Whether the measures of an evening hold for it: neither the root nor a project."""
    return not (introduces(section) or section.project)


def _names(section: Section) -> Iterator[str]:
    for kind, values in {
        "exercises are named": [one.name for one in section.exercises],
        "exercises are titled": [one.title for one in section.exercises],
    }.items():
        yield from (f"two {kind} {value!r}: change one." for value in _twice(values))
    if not section.exercises:
        yield "there is no exercise: add one."


def _objectives(section: Section) -> Iterator[str]:
    known = ", ".join(section.objectives)
    for one in section.exercises:
        if one.objective not in section.objectives:
            yield f"{one.name} serves the objective {one.objective!r}: name one of {known}."
    served = {one.objective for one in section.exercises}
    for objective in sorted(section.objectives.keys() - served):
        yield f"no exercise serves the objective {objective!r}: write one, or drop it."


def _hints(section: Section) -> Iterator[str]:
    """Whether every hint says something, and not what another says."""
    for one in section.exercises:
        hints = [*one.first_hint.values(), *one.hints]
        yield from (f"{one.name} has a hint twice: {hint!r}. Change one." for hint in _twice(hints))
        if any(len(hint.split()) < 3 for hint in hints):
            yield f"{one.name} has a hint of one or two words: write a sentence."


def _minutes(section: Section) -> Iterator[str]:
    first, last = EXERCISE_MINUTES[0], EXERCISE_MINUTES[-1]
    for one in section.exercises:
        if one.minutes not in EXERCISE_MINUTES and is_full(section):
            yield f"{one.name} takes {one.minutes} minutes: make it {first} to {last}, or split it."
    core = sum(one.minutes for one in section.exercises if one.core)
    if core > section.minutes:
        yield f"the core exercises take {core} minutes, the section {section.minutes}: mend either."
    elif core * 3 < section.minutes and is_full(section):
        yield f"of {section.minutes} minutes the core exercises take {core}: that's little."


def _core(section: Section) -> Iterator[str]:
    if not is_full(section):
        return
    core = sum(one.core for one in section.exercises)
    if core not in CORE_EXERCISES:
        yield (
            f"{core} exercises are core: make it 5 or 6, and the rest optional (core = false); "
            "or say project = true."
        )
    if section.minutes > CORE_MINUTES:
        yield f"minutes = {section.minutes}: the core and its reading fit in {CORE_MINUTES}."


def _lab(section: Section) -> Iterator[str]:
    for tool in set(section.tools) - set(table()):
        yield f"the tool {tool!r} has no row in cloudlab/lab/tools/tools.toml: add one."
    for image in set(section.images) - set(images()):
        yield f"the image {image!r} has no row in cloudlab/lab/images/images.toml: add one."
    if not section.parts and section.applied_by:
        yield "applied_by names a command, but parts is empty: say what the command works on."


def _reality(section: Section) -> Iterator[str]:
    """Whether the learner is told what is real, whichever backend they chose."""
    told = {backend for row in section.reality for backend in row.backends}
    for knob, values in KNOBS.items():
        for value in values:
            chosen = settings({knob: value, "AWS_ENDPOINT_URL": NOWHERE})
            backends = [part.backend for part in parts_for(section.parts, chosen)]
            if backends and not told & set(backends):
                yield (
                    f"with {knob}={value} no [[reality]] row is shown: add one that names "
                    f"{' or '.join(backends)}."
                )
    for part in parts_for(section.parts, settings({})):
        other = ALTERNATIVES.get(part.backend)
        if told & {part.backend} and other and other not in told:
            yield f"it may run on {other}, which no [[reality]] row names: add one."


def _twice(values: Iterable[str]) -> list[str]:
    return [value for value, times in Counter(values).items() if times > 1]

"""How far the learner is, as a table."""

from __future__ import annotations

from cloudlab.learning.cards import show, table
from cloudlab.learning.progress import Progress, load_progress
from cloudlab.learning.sections import Section, load_section, section_names


def progress_rows(section_name: str | None = None) -> tuple[list[str], list[list[str]]]:
    """Header and rows: an exercise a row for one section, a section a row for all."""
    progress = load_progress()
    if section_name:
        section = load_section(section_name)
        header = ["Exercise", "", "Core", "Tries", "Hints"]
        return header, [_exercise_row(section, e.name, progress) for e in section.exercises]
    header = ["Section", "Solved", "Core", "Minutes"]
    return header, [_section_row(load_section(name), progress) for name in section_names()]


def _exercise_row(section: Section, slug: str, progress: Progress) -> list[str]:
    exercise = section.exercise(slug)
    name = section.full_name(exercise)
    history = progress.exercises.get(name)
    return [
        exercise.title,
        "✓" if progress.passed(name) else "·",
        "core" if exercise.core else "optional",
        str(history.attempts) if history else "0",
        str(history.hints) if history else "0",
    ]


def _section_row(section: Section, progress: Progress) -> list[str]:
    names = [section.full_name(e) for e in section.exercises]
    core = [section.full_name(e) for e in section.exercises if e.core]
    done = sum(progress.passed(name) for name in names)
    core_done = sum(progress.passed(name) for name in core)
    return [
        section.title,
        f"{done} of {len(names)}",
        f"{core_done} of {len(core)}",
        str(section.minutes),
    ]


def progress(section_name: str | None = None) -> None:
    """Show the progress of one section, or of the whole workbook."""
    show(*table(*progress_rows(section_name)))

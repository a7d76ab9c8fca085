"""Hints in tiers, and the solution once it's earned or every hint is spent."""

from __future__ import annotations

from cloudlab.lab.errors import UsageError
from cloudlab.learning.cards import card, show
from cloudlab.learning.checks import evaluate
from cloudlab.learning.progress import changing_progress, load_progress
from cloudlab.learning.sections import Exercise, find_exercise
from cloudlab.learning.solutions import exercise_sources


def next_hint(name: str) -> str:
    """The exercise's next hint; the first is chosen by what the lab shows now."""
    _, exercise = find_exercise(name)
    with changing_progress() as progress:
        given = progress.of(name).hints
        progress.of(name).hints = min(given + 1, len(exercise.hints) + 1)
    total = len(exercise.hints) + 1
    if given == 0:
        return f"Hint 1 of {total}: {_first_hint(name, exercise)}"
    if given < total:
        return f"Hint {given + 1} of {total}: {exercise.hints[given - 1]}"
    return f'That was the last hint. solution("{name}") shows one way.'


def _first_hint(name: str, exercise: Exercise) -> str:
    code = evaluate(name).code
    return exercise.first_hint.get(code, exercise.first_hint["default"])


def hint(name: str) -> None:
    """Show the next hint."""
    text = next_hint(name)
    head, _, body = text.partition(": ")
    show(text, card(head, [body]))


def solution(name: str) -> None:
    """Show the solved notebook's cell; before a pass or the last hint, `UsageError` says so."""
    _, exercise = find_exercise(name)
    progress = load_progress()
    spent = progress.exercises.get(name) is not None and (
        progress.of(name).hints > len(exercise.hints)
    )
    if not (progress.passed(name) or spent):
        raise UsageError(
            "The solution opens after a pass, or after the last hint.",
            f'hint("{name}") gives the next hint.',
        )
    source = "\n\n".join(exercise_sources(name))
    show(source, f"{card('One way to do it', [])}{_code(source)}")


def _code(source: str) -> str:
    from html import escape

    return f"<pre style='padding:.6em'><code>{escape(source)}</code></pre>"

"""`check` as the learner meets it: evaluate, remember, show."""

from __future__ import annotations

import sys

from cloudlab.learning.cards import card, show
from cloudlab.learning.checks import evaluate
from cloudlab.learning.outcomes import MARKS, Kind, Outcome
from cloudlab.learning.predictions import settle_prediction
from cloudlab.learning.progress import changing_progress
from cloudlab.learning.waiting import move

TONES = {Kind.PASSED: "good", Kind.NOT_YET: "bad", Kind.LAB_FAULT: "fault"}
TRIES = (Kind.PASSED, Kind.NOT_YET)


def check(name: str) -> None:
    """Say how far an exercise is, from what the lab holds now. No mark is kept or sent."""
    check_and_show(name)


def check_and_show(name: str) -> Outcome:
    """Evaluate an exercise, show the outcome, and return it."""
    outcome = evaluate_and_remember(name)
    text = outcome.line(name)
    compared = settle_prediction(name, outcome.shows)
    said = [outcome.seen, _labelled("Wanted", outcome.expected), _labelled("Next", outcome.look)]
    html = card(
        f"{MARKS[outcome.kind]} {name}: {outcome.kind}",
        [*said, compared],
        TONES.get(outcome.kind, "plain"),
    )
    show(
        "\n".join(filter(None, [text, compared])),
        html,
        {
            "exercise": name,
            "outcome": outcome.kind,
            "code": outcome.code,
            "message": text,
        },
    )
    return outcome


def evaluate_and_remember(name: str) -> Outcome:
    """The outcome of a check; a try is counted in the learner's progress, a lab fault isn't."""
    waited: list[str] = []
    outcome = evaluate(name, lambda what: _say_waiting(what, waited))
    if waited:
        move(waited[-1], end="\n", to=sys.stderr)
    if outcome.kind in TRIES:
        with changing_progress() as progress:
            progress.note_attempt(name, passed=outcome.passed)
    return outcome


def _say_waiting(what: str, waited: list[str]) -> None:
    """One line, which moves: what is awaited, and a dot for each look."""
    waited.append(f"waiting: {what} {'.' * (len(waited) + 1)}")
    move(waited[-1], to=sys.stderr)


def _labelled(label: str, text: str) -> str:
    return f"{label}: {text}" if text else ""

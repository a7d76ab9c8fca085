"""Predicting before an experiment, and the page of "what I believed, what happened"."""

from __future__ import annotations

from types import EllipsisType

from cloudlab.lab.errors import UsageError
from cloudlab.learning.cards import card, show, table
from cloudlab.learning.progress import Belief, changing_progress, load_progress
from cloudlab.learning.sections import Prediction, find_exercise, load_section, section_names


def predict(name: str, choice: str | EllipsisType = ...) -> None:
    """Ask an exercise's question; with a choice, write it down.

    A choice can be changed until the experiment has answered. Raises `UsageError` for a choice
    that isn't offered.
    """
    prediction = _prediction(name)
    if choice is ...:
        _ask(name, prediction)
        return
    if choice not in prediction.choices:
        offered = ", ".join(f'"{key}"' for key in prediction.choices)
        raise UsageError(f"{choice!r} is not one of the choices.", f"Choose one of {offered}.")
    with changing_progress() as progress:
        belief = progress.beliefs.setdefault(name, Belief(chose=choice))
        if not belief.happened:
            belief.chose = choice
    kept = belief.chose == choice
    said = "Noted." if kept else "The lab has answered this one already: your first choice stays."
    chosen = prediction.text(belief.chose)
    show(f"{name}, your prediction: {chosen} {said}", card(f"Your prediction: {chosen}", [said]))


def _prediction(name: str) -> Prediction:
    section, exercise = find_exercise(name)
    if exercise.prediction is None:
        asked = [section.full_name(e) for e in section.exercises if e.prediction]
        raise UsageError(f"{name} asks for no prediction.", f"These do: {', '.join(asked)}.")
    return exercise.prediction


def _ask(name: str, prediction: Prediction) -> None:
    choices = [f'"{key}": {text}' for key, text in prediction.choices.items()]
    todo = f'Put your choice in the place of the dots, as in predict("{name}", "…"), and run it.'
    text = "\n".join([prediction.question, *(f"  {c}" for c in choices), todo])
    show(text, card(prediction.question, [*choices, todo]))


def settle_prediction(name: str, shows: str) -> str:
    """Write down what the lab has shown; says how it compares with the prediction, if any."""
    _, exercise = find_exercise(name)
    if exercise.prediction is None or not shows:
        return ""
    happened = exercise.prediction.choices[shows]
    with changing_progress() as progress:
        belief = progress.beliefs.get(name)
        if belief is None:
            return ""
        belief.happened = shows
    if belief.chose == shows:
        return f"As you predicted: {happened}"
    return f"You predicted: {exercise.prediction.text(belief.chose)} The lab: {happened}"


def believed(section: str | None = None) -> None:
    """Show the page to keep: every prediction, what was believed and what happened."""
    beliefs = load_progress().beliefs
    names = [section] if section else section_names()
    rows = []
    for section_name in names:
        manifest = load_section(section_name)
        for exercise in manifest.exercises:
            belief = beliefs.get(manifest.full_name(exercise))
            if belief and exercise.prediction:
                asked = exercise.prediction
                happened = asked.text(belief.happened) if belief.happened else "not seen yet"
                rows.append([asked.question, asked.text(belief.chose), happened])
    if not rows:
        show("No prediction yet.", card("No prediction yet.", []))
        return
    show(*table(["Question", "What I believed", "What happened"], rows))

"""`cloudlab check`, `hint` and `progress`: what the notebook's verbs do, from a terminal."""

from __future__ import annotations

from cloudlab.lab.environment import apply_environment
from cloudlab.lab.state import load_state
from cloudlab.learning.cards import table
from cloudlab.learning.checking import check_and_show
from cloudlab.learning.hints import hint as show_hint
from cloudlab.learning.overview import progress_rows

__all__ = ["check", "hint", "progress"]


def check(name: str) -> bool:
    """Print the outcome of a check; True where it passed."""
    apply_environment(load_state())
    return check_and_show(name).passed


def hint(name: str) -> None:
    """Print the next hint."""
    apply_environment(load_state())
    show_hint(name)


def progress(section: str | None = None) -> None:
    """Print the table of progress."""
    print(table(*progress_rows(section))[0])

"""What a check can find, and the words for it.

The text is one line, the same on every run and every backend: no id, no port, no path. A card in
HTML says the same beside it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """The seven outcomes. Only one of them is a pass, and none of them is a mark."""

    PASSED = "passed"
    NOT_YET = "not yet"
    NOT_ATTEMPTED = "not attempted"
    SAVED = "saved but not applied"
    SETTLING = "still settling"
    NOT_RUNNABLE = "not runnable here"
    LAB_FAULT = "lab fault"


MARKS = {
    Kind.PASSED: "✓",
    Kind.NOT_YET: "✗",
    Kind.NOT_ATTEMPTED: "○",
    Kind.SAVED: "○",
    Kind.SETTLING: "…",
    Kind.NOT_RUNNABLE: "–",
    Kind.LAB_FAULT: "!",
}


@dataclass(frozen=True)
class Outcome:
    """The verdict of one check.

    `seen` is what the lab showed, `expected` what would solve it, `look` the one next thing to
    look at. `code` names the state that was met (hints are chosen by it). `shows` is the choice of
    the exercise's prediction that this lab has now shown to be true.
    """

    kind: Kind
    seen: str = ""
    expected: str = ""
    look: str = ""
    code: str = ""
    shows: str = ""

    @property
    def passed(self) -> bool:
        """Whether the exercise is solved."""
        return self.kind is Kind.PASSED

    def line(self, name: str) -> str:
        """The one line of text: mark, kind, exercise, and what there is to say."""
        said = [f"{MARKS[self.kind]} {name}: {self.kind}."]
        said += [self.seen] if self.seen else []
        said += [f"Wanted: {self.expected}"] if self.expected else []
        said += [f"Next: {self.look}"] if self.look else []
        return " ".join(said)


def passed(seen: str, *, shows: str = "") -> Outcome:
    """Solved: `seen` holds the facts that say so."""
    return Outcome(Kind.PASSED, seen=seen, shows=shows)


def not_yet(code: str, *, seen: str, expected: str, look: str) -> Outcome:
    """Attempted, and the lab shows something else than wanted."""
    return Outcome(Kind.NOT_YET, seen=seen, expected=expected, look=look, code=code)


def not_attempted(look: str) -> Outcome:
    """The lab holds no trace of a try: that's no mistake."""
    return Outcome(Kind.NOT_ATTEMPTED, look=look, code="not-attempted")


def saved_not_applied(files: Iterable[str], command: str, *, failed: bool) -> Outcome:
    """A file is newer than the last time that `command` succeeded."""
    names = " and ".join(sorted(files))
    if failed:
        seen, look = f"The last {command} failed.", "read the message of that command, above."
    else:
        seen, look = f"{names}: saved, and not applied yet.", f"run {command}, then check."
    return Outcome(Kind.SAVED, seen=seen, look=look, code="saved-not-applied")


def settling(what: str, look: str = "check again in a moment.") -> Outcome:
    """On its way: the check waits for it before it says so."""
    return Outcome(Kind.SETTLING, seen=what, look=look, code="settling")


def not_runnable(why: str, where: str) -> Outcome:
    """This machine's lab can't show it; `where` says which can."""
    return Outcome(Kind.NOT_RUNNABLE, seen=why, look=where, code="not-runnable")


def lab_fault(what: str, todo: str) -> Outcome:
    """The lab is broken, not the answer."""
    return Outcome(Kind.LAB_FAULT, seen=what, look=todo, code="lab-fault")

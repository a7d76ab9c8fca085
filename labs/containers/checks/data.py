"""Data: whether a row outlives the container that it was written in."""

from __future__ import annotations

from cloudlab.learning.checks import check
from cloudlab.learning.outcomes import Outcome, not_attempted, not_yet, passed, settling
from cloudlab.learning.record import Observation
from cloudlab.learning.view import LabView

from .engine import Container, running


@check("containers.data")
def data(lab: LabView) -> Outcome:
    """A row that a visitor wrote is there in another container of the database."""
    database = running(lab, "db")
    if database is None:
        return not_attempted("start the database, and let a visitor write into the guest book.")
    looks = [one for one in lab.observations if one.facts.get("database")]
    before = [one for one in looks if not _of(one, database)]
    if not any(one.facts["rows"] for one in before):
        return not_attempted("let a visitor write, then take the container away and start anew.")
    if not looks or not _of(looks[-1], database):
        return settling("the database doesn't answer yet")
    written = set(next(one.facts["rows"] for one in reversed(before) if one.facts["rows"]))
    return _compared(database, written, set(looks[-1].facts["rows"]))


def _of(look: Observation, database: Container) -> bool:
    """Whether it's this container whose database answered then."""
    return database.id.startswith(str(look.facts["database"][0]).split()[0])


def _compared(database: Container, written: set[str], now: set[str]) -> Outcome:
    if written <= now:
        return passed(
            "Another container, another id, and the row that was written before is there.",
            shows="volume",
        )
    if _words(written) <= _words(now):
        return not_yet(
            "made-again",
            seen="The same words are there, written anew: the visitor's own row is gone.",
            expected="the row itself, with the time at which it was written.",
            look="when does the image run the files in docker-entrypoint-initdb.d?",
        )
    if _named_volumes(database):
        return not_yet(
            "other-place",
            seen="The container was replaced, and the row is gone. A volume is mounted, and the "
            "database doesn't write there.",
            expected="the volume where the database keeps its data.",
            look="`docker volume ls`, and which folder does PostgreSQL write to?",
        )
    return not_yet(
        "lost",
        seen="The container was replaced, and the row went with it.",
        expected="a row that outlives its container.",
        look="where did the database write? Does anything of that outlive the container?",
    )


def _words(rows: set[str]) -> set[str]:
    """What was written, without when."""
    return {row.partition(" ")[2] for row in rows}


def _named_volumes(database: Container) -> set[str]:
    """The volumes of the section, at whatever place: an unnamed one's name is a long number."""
    mounts = database.details["Mounts"]
    return {m["Name"] for m in mounts if m["Type"] == "volume" and "_" in m["Name"]}

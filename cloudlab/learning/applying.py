"""Files that the learner saved, and what makes them count: an apply, a build, an up.

An answer that is saved and not applied isn't wrong yet; these functions tell which files those are.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path

from cloudlab.learning.commands import is_command, runs, simple_commands
from cloudlab.learning.record import Command
from cloudlab.learning.sections import Applied, Section

#: Folders of the learner's that hold no files of an answer (hidden ones aside).
ASIDE = {"node_modules", "previous", "__pycache__"}


@dataclass(frozen=True)
class Pending:
    """Files that wait for a command; whether it failed when it was run last."""

    files: list[str]
    command: str
    failed: bool


def pending(
    section: Section,
    work: Path,
    commands: Sequence[Command],
    since: float = 0.0,
    connected_at: float = 0.0,
) -> Pending | None:
    """The files saved after they were last applied, and the first command that would do it.

    What was saved before `since` isn't asked for: the commands that followed it are forgotten. Nor
    is what each command applies by itself and was saved before `connected_at`, on another evening:
    it may well have been. Times are in seconds since the epoch.
    """
    waiting: dict[str, list[str]] = {}
    for name, saved in _files(work):
        rows = [row for row in section.applied_by if any(_means(p, name) for p in row.files)]
        applied = max((_applied_at(row, name, work, commands) for row in rows), default=saved)
        if saved <= max(applied, since) or (rows[0].each and saved <= connected_at):
            continue
        if not (rows[0].each and _as_brought(section, work / name)):
            waiting.setdefault(rows[0].command, []).append(name)
    for command in (row.command for row in section.applied_by if row.command in waiting):
        last = next((one for one in reversed(commands) if runs(one.line, command)), None)
        return Pending(waiting[command], command, last is not None and not last.succeeded)
    return None


def ever_applied(section: Section, work: Path, commands: Sequence[Command]) -> bool:
    """Whether any of the section's commands ever succeeded, as far as we know."""
    return any(_applied_at(row, "", work, commands) for row in section.applied_by)


def _files(work: Path) -> Iterator[tuple[str, float]]:
    """The learner's files, by their path below the working folder, and when they were saved."""
    for file in sorted(work.rglob("*")):
        name = file.relative_to(work)
        hidden = any(part.startswith(".") for part in name.parts[:-1])
        if file.is_file() and not hidden and not ASIDE & set(name.parts):
            yield name.as_posix(), file.stat().st_mtime


def _means(pattern: str, name: str) -> bool:
    """Whether ".tf", "Dockerfile" or "web/*.js" means the file."""
    last = posixpath.basename(name)
    if pattern.startswith("."):
        return posixpath.splitext(last)[1] == pattern
    return fnmatch(name if "/" in pattern else last, pattern)


def _applied_at(row: Applied, name: str, work: Path, commands: Sequence[Command]) -> float:
    """When the file was last applied (seconds since the epoch); 0 if never. No name: any file.

    Terraform's state file tells too: an apply in a terminal is as good as one in a cell.
    """
    times = [
        one.started
        for one in commands
        if one.succeeded and runs(one.line, row.command) and _covers(row, one.line, name)
    ]
    state = work / "terraform.tfstate"
    if row.command.startswith("terraform") and state.exists():
        times.append(state.stat().st_mtime)
    return max(times, default=0.0)


def _covers(row: Applied, line: str, name: str) -> bool:
    """Whether the line's command applies that file."""
    return not name or not row.each or any(_holds(path, name) for path in _paths(line, row.command))


def _paths(line: str, command: str) -> Iterator[str]:
    """What could be a path among the words of the command, seen from the working folder."""
    here = "."
    for words in simple_commands(line):
        if words[0] == "cd" and len(words) > 1:
            here = posixpath.join(here, words[1])
        elif is_command(words, command):
            named = (word.rpartition("=")[2] for word in words[1:])
            yield from (posixpath.normpath(posixpath.join(here, one)) for one in named)


def _holds(path: str, name: str) -> bool:
    return path in (".", name) or name.startswith(f"{path}/")


def _as_brought(section: Section, file: Path) -> bool:
    """Whether it's one of the room's files, untouched: laid to be read, or for later."""
    return any(
        one.is_file() and one.read_bytes() == file.read_bytes()
        for one in section.room.rglob(file.name)
    )

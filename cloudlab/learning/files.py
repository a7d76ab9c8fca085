"""Bringing the room's files to the learner's folder."""

from __future__ import annotations

import shutil
import time
from collections.abc import Collection, Iterator
from html import escape
from pathlib import Path

from cloudlab.lab.errors import UsageError
from cloudlab.lab.paths import paths, private_folder
from cloudlab.learning.cards import card, show
from cloudlab.learning.sections import Section
from cloudlab.learning.session import connected_section

#: A longer file is shown folded: it's the lab's own work, to be read by who is curious.
LINES_AT_A_GLANCE = 70
#: What of a room is for its authors, or made by a tool.
NEVER_BROUGHT = {
    *("section.toml", "checks.py", "checks", "outages.py", "misconceptions"),
    *("__pycache__", "node_modules"),
}


def bring(
    *names: str, fresh: bool = False, to: str | None = None, without: Collection[str] = ()
) -> None:
    """Copy files of the section's room into the working folder and show them; a folder isn't shown.

    >>> bring("network.tf")  # doctest: +SKIP
    >>> bring("app/web", to="web", without=["Dockerfile"])  # doctest: +SKIP

    A file that is there already and differs is yours and stays, unless `fresh` is true. `to` is
    another place in the working folder; `without` leaves files of a folder out. Raises `UsageError`
    for what the room doesn't have.
    """
    section = connected_section()
    for name in names:
        source = _offered(section, name)
        target = _place(section, to or name)
        if source.is_dir():
            _bring_folder(source, target, fresh, without)
        else:
            kept = _lay(source, target, fresh)
            _show_file(target, f"{name} (yours: kept)" if kept else name)


def _offered(section: Section, name: str) -> Path:
    """The room's file or folder of that name."""
    source = section.room / name
    hidden = NEVER_BROUGHT & set(Path(name).parts)
    inside = source.resolve().is_relative_to(section.room.resolve()) and ".." not in name
    if hidden or not inside or not source.exists() or source == section.room:
        offered = sorted(
            f"{one.name}/" if one.is_dir() else one.name
            for one in section.room.iterdir()
            if one.name not in NEVER_BROUGHT
        )
        raise UsageError(f"The room has no file {name!r}.", f"It has {', '.join(offered)}.")
    return source


def _place(section: Section, name: str) -> Path:
    """Where it goes: within the working folder, nowhere else."""
    folder = (paths().work / section.name).resolve()
    target = (folder / name).resolve()
    if not target.is_relative_to(folder):
        raise UsageError(f"{name!r} is outside work/{section.name}.", "Name a place within it.")
    return target


def _lay(source: Path, target: Path, fresh: bool) -> bool:
    """Copy one file, unless the learner changed it; whether theirs was kept."""
    if target.exists() and not fresh:
        return target.read_bytes() != source.read_bytes()
    target.parent.mkdir(parents=True, exist_ok=True)  # readable: it may be copied into an image
    shutil.copy(source, target)  # with its mode: a script stays one
    return False


def _bring_folder(source: Path, target: Path, fresh: bool, without: Collection[str]) -> None:
    """Copy a folder's files, and say which: their texts would bury the page."""
    said = []
    for file in _files(source):
        name = file.relative_to(source).as_posix()
        if name not in without:
            kept = _lay(file, target / name, fresh)
            said.append(f"{name} (yours: kept)" if kept else name)
    place = target.relative_to((paths().work).resolve()).as_posix()
    show(f"work/{place}: {', '.join(said)}", card(f"work/{place}", [", ".join(said)]))


def _files(folder: Path) -> Iterator[Path]:
    """The files of a folder and those below it, in order."""
    for one in sorted(folder.rglob("*")):
        if one.is_file() and not NEVER_BROUGHT & set(one.relative_to(folder).parts):
            yield one


def _show_file(file: Path, title: str) -> None:
    text = file.read_text()
    bold, coloured = f"<b>{escape(title)}</b>", _coloured(file.name, text)
    if (lines := text.count("\n")) > LINES_AT_A_GLANCE:
        folded = f"<details><summary>{bold}, {lines} lines</summary>{coloured}</details>"
        show(f"# {title}\n{text}", folded)
    else:
        show(f"# {title}\n{text}", bold + coloured)


def _coloured(name: str, text: str) -> str:
    """The text in HTML. The classes are those for which JupyterLab has colours, dark or light."""
    from pygments import highlight
    from pygments.formatters import HtmlFormatter
    from pygments.lexers import TextLexer, find_lexer_class_for_filename

    lexer = (find_lexer_class_for_filename(name) or TextLexer)()
    # A lexer's "error" is a character that it doesn't know, such as HCL's +: no fault of the file.
    formatter = HtmlFormatter(prestyles="font-family: var(--jp-code-font-family, monospace)")
    return highlight(text, lexer, formatter).replace('<span class="err">', "<span>")


def set_aside(section: Section) -> Path | None:
    """Move what the learner wrote out of the way, into `previous/`; says where, None if nothing.

    Hidden folders stay: a tool keeps there what it downloaded.
    """
    folder = paths().work / section.name
    theirs = [
        one
        for one in folder.glob("*")
        if one.name != "previous" and not (one.is_dir() and one.name.startswith("."))
    ]
    if not theirs:
        return None
    target = private_folder(folder / "previous") / time.strftime("%Y-%m-%d-%H%M%S")
    while target.exists():  # twice in one second
        target = target.with_name(f"{target.name}-again")
    private_folder(target)
    for one in theirs:
        one.replace(target / one.name)
    return target

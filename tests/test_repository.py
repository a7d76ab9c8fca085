"""The repository as a whole: a lock that is whole, nothing of anybody's machine, no stray file."""

from __future__ import annotations

import importlib.util
import json
import re
import subprocess
import tomllib
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

import cloudlab
from cloudlab.authoring.build import out_of_date
from cloudlab.lab.parts.base import Part
from cloudlab.learning.sections import load_section, section_names
from cloudlab.learning.solutions import Cell, solved_cells, solved_notebook

ROOT = Path(cloudlab.__file__).parents[1]
PROJECT: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
LOCK = ROOT / "requirements.lock"

# Lines of the lock: a pinned package, perhaps with a marker; a hash; a comment.
PACKAGE = re.compile(r"(?P<name>[a-z0-9.-]+)==(?P<version>[0-9][^ ]*)(?: ; (?P<marker>[^\\]+))? \\")
HASH = re.compile(r"    --hash=sha256:[0-9a-f]{64}(?: \\)?")


def tracked() -> list[Path]:
    """Every file that is in the repository, or would be after `git add`."""
    if not (ROOT / ".git").exists():
        pytest.skip("this is no checkout of git's: nothing says which files are the repository's")
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split("\0")
    return [file for name in listed if name and (file := ROOT / name).is_file()]


def texts() -> Iterator[tuple[str, str]]:
    """The name and text of every file that is text, this one left out: it holds the patterns."""
    for file in tracked():
        if file.suffix not in (".png",) and file != Path(__file__).resolve():
            yield file.relative_to(ROOT).as_posix(), file.read_text()


# The lock


def locked() -> dict[str, int]:
    """Package → how many hashes it has; a line of another kind is an error."""
    hashes: dict[str, int] = {}
    name = ""
    for line in LOCK.read_text().splitlines():
        if package := PACKAGE.fullmatch(line):
            name = package["name"]
            hashes[name] = 0
        elif HASH.fullmatch(line):
            hashes[name] += 1
        else:
            assert line.lstrip().startswith("#"), f"requirements.lock: {line}"
    return hashes


def test_every_locked_package_has_hashes() -> None:
    assert len(locked()) > 50
    assert [name for name, count in locked().items() if count == 0] == []


def test_the_lock_names_no_place() -> None:
    """Whoever installs takes the packages from where they always do."""
    found = re.findall(
        r"\w+://\S*|^-\S.*|^\s*#.*\b\w+\.(?:com|org|io|net|dev)\b.*", LOCK.read_text()
    )
    assert found == []


def test_the_lock_holds_all_that_the_project_asks_for() -> None:
    wanted = [Requirement(text) for text in PROJECT["dependencies"]]
    for extra in PROJECT["optional-dependencies"].values():
        wanted += [Requirement(text) for text in extra]
    versions = dict(re.findall(r"^([a-z0-9.-]+)==([^ ]+)", LOCK.read_text(), re.MULTILINE))
    for one in wanted:
        name = canonicalize_name(one.name)
        assert name in versions, f"{one.name} isn't locked: CONTRIBUTING.md says how"
        assert one.specifier.contains(versions[name], prereleases=True)


def asked_for(wanted: list[Requirement]) -> set[str]:
    """What the requirements bring on this machine, by the installed packages' own word."""
    waiting = [(canonicalize_name(one.name), frozenset(one.extras)) for one in wanted]
    seen: set[tuple[str, frozenset[str]]] = set()
    while waiting:
        name, extras = now = waiting.pop()
        if now in seen:
            continue
        seen.add(now)
        for one in map(Requirement, metadata.requires(name) or ()):
            given = [{"extra": extra} for extra in (*extras, "")]
            if one.marker is None or any(map(one.marker.evaluate, given)):
                waiting.append((canonicalize_name(one.name), frozenset(one.extras)))
    return {name for name, _ in seen}


def test_nothing_is_locked_that_nobody_asks_for() -> None:
    """Packages of other systems, which aren't installed here, are left out."""
    texts = [*PROJECT["dependencies"], *PROJECT["optional-dependencies"]["test"]]
    asked = asked_for([Requirement(text) for text in texts])
    here = {canonicalize_name(one.metadata["Name"]) for one in metadata.distributions()}
    assert sorted(set(locked()) & here - asked) == [], "CONTRIBUTING.md says how to lock"


def test_there_is_one_lock() -> None:
    """A second one, such as uv.lock, would differ and name an index."""
    others = {"uv.lock", "poetry.lock", "Pipfile.lock", "pdm.lock", "requirements.txt"}
    assert [file for file in tracked() if file.name in others] == []


# Nothing of anybody's machine

MACHINES_PATH = re.compile(
    r"(?<![\w.~/)}*-])/(?:root|work|workspace|home/\w+|Users/\w+)/\w[^\s\"'`]*"
)
INVENTED_PATHS = {"/home/me"}
PACKAGE_INDEX = re.compile(
    r"(?:index[-_]url|find[-_]links|_INDEX_URL|UV_DEFAULT_INDEX|GOPROXY|npm_config_registry)"
    r"\s*[=: ]\s*[\"']?\w+://|registry\s*=\s*[\"']?https?://|https?://\S+/simple\b",
    re.IGNORECASE,
)


def machines_paths(text: str) -> list[str]:
    found = MACHINES_PATH.findall(text)
    return [one for one in found if not any(one.startswith(path) for path in INVENTED_PATHS)]


def test_no_file_holds_a_path_of_a_developers_machine() -> None:
    ours = {str(ROOT), str(Path.home())} - {"/", "/root", "/work"}
    for name, text in texts():
        assert machines_paths(text) == [], name
        assert [path for path in ours if re.search(rf"{re.escape(path)}\b", text)] == [], name


def test_no_file_says_where_packages_come_from() -> None:
    for name, text in texts():
        assert PACKAGE_INDEX.findall(text) == [], name


@pytest.mark.parametrize(
    "text",
    ["see /root/lab/x", "open('/work/main/a')", "/home/anna/b", "x=/Users/bo/c"],
)
def test_such_a_path_would_be_found(text: str) -> None:
    assert machines_paths(text)


@pytest.mark.parametrize(
    "text",
    ["pip install --index-url https://a.example/simple", "GOPROXY=https://a.example",
     "UV_INDEX_URL: https://a.example", "registry=https://npm.example"],
)  # fmt: skip
def test_such_an_address_would_be_found(text: str) -> None:
    assert PACKAGE_INDEX.search(text)


# Learners' notebooks


def test_learners_notebooks_are_what_the_solved_ones_give() -> None:
    assert out_of_date() == [], "run: make notebooks"
    folder = ROOT / "notebooks"
    built = {file.name for file in folder.glob("*.ipynb")}
    assert built == {file.name for file in (folder / "solutions").glob("*.ipynb")}


def test_every_notebook_has_its_section_and_every_section_its_notebook() -> None:
    named = [load_section(name).notebook for name in section_names()]
    solved = sorted(file.name for file in (ROOT / "notebooks" / "solutions").glob("*.ipynb"))
    assert sorted(named) == solved


# No stray files

OF_EVERY_ROOM = {"section.toml", "checks.py", "outages.py"}


@pytest.mark.parametrize("section", section_names())
def test_a_room_holds_nothing_that_nobody_names(section: str) -> None:
    """A file is the notebook's, another file's, or one that every room has.

    A folder with a Dockerfile goes into an image whole: it's named as one, by compose.yaml.
    """
    room = ROOT / "labs" / section
    files = [one for one in tracked() if room in one.parents]
    built = {one.parent for one in files if one.name == "Dockerfile"}
    own = [
        one
        for one in files
        if one.relative_to(room).parts[0] not in ("checks", "misconceptions")
        and not built & set(one.parents)
    ]
    notebook = "\n".join(cell["source"] for cell in cells(section))
    text = {one: one.read_text() for one in own if one.suffix != ".png"}
    for file in (one for one in own if one.name not in OF_EVERY_ROOM):
        others = [words for one, words in text.items() if one != file]
        assert any(file.name in words for words in [notebook, *others]), f"{file} is a stray file"


def test_labs_hold_rooms_and_nothing_else() -> None:
    rooms = {one.parent.name for one in (ROOT / "labs").glob("*/section.toml")}
    folders = {one.relative_to(ROOT).parts[1] for one in tracked() if ROOT / "labs" in one.parents}
    assert folders == rooms


# Prose

BELITTLING = re.compile(r"\b(?:simply|just|easy|easily|obviously)\b", re.IGNORECASE)


def prose() -> Iterator[tuple[str, str]]:
    """What a reader reads: documents, manifests, the text between the cells."""
    for name in ("README.md", "CONTRIBUTING.md"):
        yield name, (ROOT / name).read_text().replace('"simply", "just", "easy", "obviously"', "")
    for section in section_names():
        yield section, (ROOT / "labs" / section / "section.toml").read_text()
        for cell in cells(section, "markdown"):
            yield load_section(section).notebook, cell["source"]


def test_no_text_makes_little_of_what_a_reader_finds_hard() -> None:
    for name, text in prose():
        assert BELITTLING.findall(text) == [], name


def test_every_module_that_a_text_says_to_run_is_there() -> None:
    for name, text in texts():
        for module in re.findall(r"python -m (cloudlab(?:\.\w+)*)", text):
            assert importlib.util.find_spec(module), f"{name}: python -m {module}"


# What the solved notebooks show

AWS_ID = re.compile(
    r"\b(?:acl|ami|db|dopt|eigw|eip\w*|eni|fs|i|igw|lt|nat|rtb|r|sg|sgr|snap|subnet|vol|vpc)-"
    r"(?=[0-9a-f]*[0-9])[0-9a-f]{8,}"
)
PORT = re.compile(r"(?:127\.0\.0\.1|localhost):\d+")
ABSOLUTE_PATH = re.compile(
    r"(?<![\w.:/<~-])/(?:home|opt|private|root|tmp|Users|usr|var|work)/[^\s<]+"
)
UNSTABLE = {"an id": AWS_ID, "a port": PORT, "an absolute path": ABSOLUTE_PATH}


def cells(section: str, kind: str = "") -> list[Cell]:
    found = solved_cells(solved_notebook(load_section(section)))
    return [cell for cell in found if kind in ("", cell["cell_type"])]


def backends() -> set[str]:
    """The backends' names, in small letters, without words that a text may use."""
    import pkgutil

    from cloudlab.lab import parts

    for module in pkgutil.iter_modules(parts.__path__):
        importlib.import_module(f"{parts.__name__}.{module.name}")
    waiting, found = [Part], set()
    while waiting:
        part = waiting.pop()
        waiting += part.__subclasses__()
        if part.__module__.startswith("cloudlab.") and hasattr(part, "backend"):
            found.add(part.backend.lower())
    return found - {"external", "jupyterlab", "kind"}


def outputs(section: str) -> Iterator[tuple[str, str]]:
    """The source of each code cell that has outputs, and all of them as text."""
    for cell in cells(section, "code"):
        if cell["outputs"]:
            text = json.dumps([dict(one) for one in cell["outputs"]], ensure_ascii=False)
            yield cell["source"], text.replace("\\n", "\n").replace('\\"', '"')


def shown_files(section: str, source: str) -> str:
    """The room's files that a cell names: what it shows of them is the same everywhere."""
    room = load_section(section).room
    named = [room / name for name in re.findall(r'"([\w./-]+\.\w+)"', source)]
    return "".join(file.read_text() for file in named if file.is_file())


def unstable(text: str, known: str = "") -> dict[str, str]:
    """What of an output would be another on the next run, machine or backend."""
    found = {
        what: match[0]
        for what, one in UNSTABLE.items()
        for match in one.finditer(text)
        if not known or match[0].rstrip('",;') not in known
    }
    named = next((name for name in backends() if re.search(rf"\b{name}\b", text.lower())), None)
    return found | ({"a backend's name": named} if named and named not in known else {})


@pytest.mark.parametrize("section", section_names())
def test_outputs_are_the_same_on_every_run_and_backend(section: str) -> None:
    for source, text in outputs(section):
        assert unstable(text, shown_files(section, source)) == {}, f"{section}: {source}"


@pytest.mark.parametrize(
    "text",
    [
        "vpc-0a1b2c3d4e5f60718",
        "[id=i-0123456789abcdef0]",
        "http://127.0.0.1:4566/x",
        "in /tmp/rehearsal-x/work",
        "answered by moto",
    ],
)
def test_such_an_output_would_be_found(text: str) -> None:
    assert unstable(text)


@pytest.mark.parametrize("text", ["an i-node", "work/iaas", "10.0.0.0/16", "db-cluster", "motor"])
def test_plain_words_are_no_such_output(text: str) -> None:
    assert unstable(text) == {}

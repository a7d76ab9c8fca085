"""`bring`: the room's files in the learner's folder; what is theirs stays theirs."""

from __future__ import annotations

from pathlib import Path

import pytest

from cloudlab.lab.errors import UsageError
from cloudlab.learning import files
from cloudlab.learning.errors import NotConnected
from cloudlab.learning.files import bring, set_aside
from cloudlab.learning.sections import Section

Output = pytest.CaptureFixture[str]
ROOM_TEXT = 'resource "table" "orders" {}\n'


@pytest.fixture
def work(connected: Section, checkout: Path, capsys: Output) -> Path:
    capsys.readouterr()
    return checkout / "work" / "fake"


def test_a_file_is_copied_and_shown(work: Path, capsys: Output) -> None:
    bring("tables.tf")
    assert (work / "tables.tf").read_text() == ROOM_TEXT
    assert capsys.readouterr().out == f"# tables.tf\n{ROOM_TEXT}\n"


def test_a_file_that_you_changed_stays(work: Path, capsys: Output) -> None:
    (work / "tables.tf").write_text("mine\n")
    bring("tables.tf")
    assert (work / "tables.tf").read_text() == "mine\n"
    assert "tables.tf (yours: kept)\nmine" in capsys.readouterr().out


def test_a_fresh_copy_replaces_yours_on_request(work: Path) -> None:
    (work / "tables.tf").write_text("mine\n")
    bring("tables.tf", fresh=True)
    assert (work / "tables.tf").read_text() == ROOM_TEXT


def test_bringing_twice_does_not_touch_the_file(work: Path) -> None:
    bring("tables.tf")
    before = (work / "tables.tf").stat().st_mtime_ns
    bring("tables.tf")
    assert (work / "tables.tf").stat().st_mtime_ns == before


@pytest.mark.parametrize("name", ["checks.py", "section.toml", "../fake/tables.tf", "nothing.tf"])
def test_only_what_the_room_offers_is_brought(work: Path, name: str) -> None:
    with pytest.raises(UsageError, match=r"It has tables\.tf\.$"):
        bring(name)


@pytest.mark.parametrize("name", ["app.env", "terraform.tfvars", "Dockerfile"])
def test_a_file_of_a_kind_without_colours_is_shown_too(
    work: Path, connected: Section, capsys: Output, name: str
) -> None:
    (connected.room / name).write_text("A=1\n")
    bring(name)
    assert "A=1" in capsys.readouterr().out


def test_a_file_is_shown_in_the_colours_of_the_theme(
    work: Path, connected: Section, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By classes that JupyterLab knows; a character that the lexer doesn't know is no error."""
    shown: list[str] = []
    monkeypatch.setattr(files, "show", lambda text, html: shown.append(html))
    (connected.room / "tables.tf").write_text("count = 1 + <2>\n")
    bring("tables.tf")
    assert '<div class="highlight">' in shown[0]
    assert "color" not in shown[0]
    assert 'class="err"' not in shown[0]
    assert "&lt;" in shown[0]


@pytest.mark.parametrize(("lines", "folded"), [(70, False), (71, True)])
def test_a_long_file_is_shown_folded(
    work: Path, connected: Section, monkeypatch: pytest.MonkeyPatch, lines: int, folded: bool
) -> None:
    shown: list[str] = []
    monkeypatch.setattr(files, "show", lambda text, html: shown.append(html))
    (connected.room / "long.py").write_text("a = 1\n" * lines)
    bring("long.py")
    assert shown[0].startswith("<details><summary><b>long.py</b>, 71 lines") is folded


def test_before_connect_nothing_is_brought(section: Section) -> None:
    with pytest.raises(NotConnected):
        bring("tables.tf")


def test_files_are_set_aside_whole(work: Path, connected: Section) -> None:
    (work / "a.tf").write_text("a")
    (work / ".terraform").mkdir()
    target = set_aside(connected)
    assert target is not None
    assert target.parent == work / "previous"
    assert (target / "a.tf").read_text() == "a"
    assert not (work / "a.tf").exists()
    assert (work / ".terraform").is_dir()


def test_with_no_files_nothing_is_set_aside(work: Path, connected: Section) -> None:
    assert set_aside(connected) is None
    assert not (work / "previous").exists()


def test_setting_aside_twice_in_a_second_overwrites_nothing(work: Path, connected: Section) -> None:
    for text in ("first", "second"):
        (work / "a.tf").write_text(text)
        set_aside(connected)
    kept = sorted(f.read_text() for f in (work / "previous").glob("*/a.tf"))
    assert kept == ["first", "second"]


@pytest.fixture
def app(connected: Section) -> Path:
    """A folder of the room, with a script in a folder below it."""
    folder = connected.room / "app" / "web"
    (folder / "src").mkdir(parents=True)
    (folder / "Dockerfile").write_text("FROM base\n")
    (folder / "src" / "run.sh").write_text("#!/bin/sh\n")
    (folder / "src" / "run.sh").chmod(0o755)
    (folder / "node_modules").mkdir()
    (folder / "node_modules" / "x.js").write_text("x")
    return folder


def test_a_file_below_is_brought_to_the_same_place(work: Path, app: Path, capsys: Output) -> None:
    bring("app/web/Dockerfile")
    assert (work / "app" / "web" / "Dockerfile").read_text() == "FROM base\n"
    assert "# app/web/Dockerfile\nFROM base\n" in capsys.readouterr().out


def test_a_folder_is_brought_whole_and_its_files_are_named(
    work: Path, app: Path, capsys: Output
) -> None:
    bring("app/web")
    script = work / "app" / "web" / "src" / "run.sh"
    assert script.stat().st_mode & 0o777 == 0o755
    assert script.parent.stat().st_mode & 0o055 == 0o055, "an image's user must be able to read it"
    assert capsys.readouterr().out == "work/fake/app/web: Dockerfile, src/run.sh\n"
    assert not (work / "app" / "web" / "node_modules").exists()


def test_a_folder_goes_where_you_want_it_without_what_you_will_write(
    work: Path, app: Path, capsys: Output
) -> None:
    bring("app/web", to="web", without=["Dockerfile"])
    assert [f.name for f in (work / "web").rglob("*") if f.is_file()] == ["run.sh"]
    bring("app", to=".")
    assert (work / "web" / "Dockerfile").is_file()


def test_your_files_of_a_folder_stay(work: Path, app: Path, capsys: Output) -> None:
    bring("app/web")
    (work / "app" / "web" / "Dockerfile").write_text("mine\n")
    bring("app/web")
    assert (work / "app" / "web" / "Dockerfile").read_text() == "mine\n"
    assert "Dockerfile (yours: kept), src/run.sh" in capsys.readouterr().out
    bring("app/web", fresh=True)
    assert (work / "app" / "web" / "Dockerfile").read_text() == "FROM base\n"


@pytest.mark.parametrize(
    "name", ["misconceptions", "checks", "app/web/node_modules", ".", "app/.."]
)
def test_what_is_the_authors_is_not_brought(work: Path, app: Path, name: str) -> None:
    (work.parent.parent / "labs" / "fake" / "misconceptions").mkdir()
    with pytest.raises(UsageError, match=r"It has app/, tables\.tf\.$"):
        bring(name)


def test_nothing_is_laid_outside_the_working_folder(work: Path, app: Path) -> None:
    with pytest.raises(UsageError, match="outside work/fake"):
        bring("app/web", to="../other")


def test_folders_are_set_aside_too(work: Path, connected: Section, app: Path) -> None:
    bring("app/web", to="web")
    target = set_aside(connected)
    assert target is not None
    assert (target / "web" / "Dockerfile").is_file()
    assert not (work / "web").exists()

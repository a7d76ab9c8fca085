"""Progress: counted, kept for its owner, never lost to a broken file."""

from __future__ import annotations

from pathlib import Path

from cloudlab.learning.progress import (
    Belief,
    changing_progress,
    load_progress,
)


def test_without_a_file_there_is_no_progress(checkout: Path) -> None:
    assert load_progress().exercises == {}


def test_tries_are_counted_and_the_first_pass_is_remembered(checkout: Path) -> None:
    moments = []
    for passed in (False, True, False, True):
        with changing_progress() as progress:
            progress.note_attempt("iaas.heal", passed=passed)
        moments.append(load_progress().of("iaas.heal").passed_at)
    assert load_progress().of("iaas.heal").attempts == 4
    assert moments[0] is None
    assert moments[1] == moments[2] == moments[3] is not None


def test_a_try_that_failed_is_no_pass(checkout: Path) -> None:
    with changing_progress() as progress:
        progress.note_attempt("iaas.heal", passed=False)
    assert not load_progress().passed("iaas.heal")
    assert not load_progress().passed("iaas.never-tried")


def test_beliefs_are_kept(checkout: Path) -> None:
    with changing_progress() as progress:
        progress.beliefs["iaas.heal"] = Belief(chose="same")
    assert load_progress().beliefs["iaas.heal"] == Belief(chose="same", happened="")


def test_a_file_that_cannot_be_read_is_set_aside_not_lost(checkout: Path) -> None:
    file = checkout / "data" / "progress.json"
    file.parent.mkdir()
    file.write_text('{"exercises": 7}')
    assert load_progress().exercises == {}
    [aside] = file.parent.glob("progress.unreadable-*.json")
    assert aside.read_text() == '{"exercises": 7}'


def test_progress_is_for_its_owner_alone_and_whole(checkout: Path) -> None:
    with changing_progress() as progress:
        progress.note_attempt("iaas.heal", passed=True)
    file = checkout / "data" / "progress.json"
    assert file.stat().st_mode & 0o777 == 0o600
    assert not list(file.parent.glob("*.new"))

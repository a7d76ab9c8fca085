"""Saved and not applied: which files, by which command, and whether it failed."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import Any

import pytest

from cloudlab.learning.applying import Pending, ever_applied, pending
from cloudlab.learning.record import Command
from cloudlab.learning.sections import Applied, Section

NOW = time.time()
TERRAFORM = Applied(command="terraform apply", files=[".tf"])
BUILD = Applied(command="docker build", files=["Dockerfile", "*.Dockerfile"], each=True)
UP = Applied(command="docker compose up --build", files=["Dockerfile", "compose.yaml", "db/*.sql"])
APPLY = Applied(command="kubectl apply", files=[".yaml"], each=True)


class Desk:
    """A working folder, and the commands that were run in it."""

    def __init__(self, section: Section, work: Path) -> None:
        self.section, self.work, self.commands = section, work, list[Command]()

    def applied_by(self, *rows: Applied) -> None:
        self.section = self.section.model_copy(update={"applied_by": list(rows)})

    def save(self, name: str, seconds_ago: float) -> None:
        file = self.work / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(name)
        os.utime(file, (NOW - seconds_ago, NOW - seconds_ago))

    def run(self, line: str, seconds_ago: float, exit_code: int = 0) -> None:
        at = NOW - seconds_ago
        self.commands.append(Command(line=line, exit_code=exit_code, started=at, ended=at))

    def pending(self, **ago: float) -> Any:
        """With what is known of the story's begin, in seconds ago."""
        times = {name: NOW - seconds for name, seconds in ago.items()}
        return pending(self.section, self.work, self.commands, **times)


@pytest.fixture
def desk(section: Section, tmp_path: Path) -> Desk:
    desk = Desk(section, tmp_path / "desk")
    desk.applied_by(TERRAFORM)
    return desk


def test_a_file_saved_after_the_last_success_is_pending(desk: Desk) -> None:
    desk.save("old.tf", 20)
    desk.save("new.tf", 5)
    desk.save("notes.md", 5)
    desk.run("terraform apply", 10)
    desk.run("terraform apply -auto-approve", 1, exit_code=1)
    assert desk.pending() == Pending(["new.tf"], "terraform apply", failed=True)


def test_a_file_that_was_never_applied_is_pending(desk: Desk) -> None:
    desk.save("a.tf", 0)
    assert desk.pending() == Pending(["a.tf"], "terraform apply", failed=False)
    assert not ever_applied(desk.section, desk.work, desk.commands)


def test_an_apply_in_a_terminal_counts_by_terraforms_state_file(desk: Desk) -> None:
    desk.save("a.tf", 20)
    desk.save("terraform.tfstate", 10)
    assert desk.pending() is None
    assert ever_applied(desk.section, desk.work, desk.commands)
    desk.applied_by(APPLY)
    assert not ever_applied(desk.section, desk.work, desk.commands)


def test_without_a_working_folder_nothing_is_pending(desk: Desk) -> None:
    assert desk.pending() is None


def test_what_was_saved_before_the_story_began_anew_waits_for_nobody(desk: Desk) -> None:
    desk.save("a.tf", 20)
    desk.save("b.tf", 5)
    assert desk.pending(since=10).files == ["b.tf"]


def test_what_was_saved_on_another_evening_may_have_been_applied_then(desk: Desk) -> None:
    """All together are applied anew by one command; each for itself needn't be."""
    desk.save("a.tf", 20)
    assert desk.pending(connected_at=10).files == ["a.tf"]
    desk.applied_by(APPLY)
    desk.save("a.yaml", 20)
    desk.save("b.yaml", 5)
    assert desk.pending(connected_at=10).files == ["b.yaml"]


def test_files_in_folders_count_and_what_tools_keep_does_not(desk: Desk) -> None:
    for name in ("previous/a.tf", ".terraform/b.tf", "node_modules/x/c.tf", "net/d.tf"):
        desk.save(name, 5)
    assert desk.pending().files == ["net/d.tf"]


def test_each_build_applies_the_folder_that_it_names(desk: Desk) -> None:
    desk.applied_by(BUILD)
    desk.save("web/Dockerfile", 20)
    desk.save("api/api.Dockerfile", 20)
    desk.run("docker build -t containers/web web", 10)
    assert desk.pending().files == ["api/api.Dockerfile"]
    desk.run("docker build -f api/api.Dockerfile .", 9)
    assert desk.pending() is None


@pytest.mark.parametrize(
    "line", ["cd web && docker build .", "docker build ./web/", "docker build ."]
)
def test_the_folder_is_seen_from_where_the_command_runs(desk: Desk, line: str) -> None:
    desk.applied_by(BUILD)
    desk.save("web/Dockerfile", 20)
    desk.run(line, 10)
    assert desk.pending() is None


def test_a_file_of_two_commands_is_applied_by_either(desk: Desk) -> None:
    desk.applied_by(BUILD, UP)
    desk.save("web/Dockerfile", 20)
    desk.save("compose.yaml", 20)
    desk.run("docker build web", 10)
    assert desk.pending() == Pending(["compose.yaml"], "docker compose up --build", failed=False)
    desk.run("docker compose up -d", 9)
    assert desk.pending() is not None
    desk.run("docker compose up -d --build --wait", 8)
    desk.save("web/Dockerfile", 7)
    assert desk.pending() == Pending(["web/Dockerfile"], "docker build", failed=False)
    desk.run("docker compose up -d --build", 6)
    assert desk.pending() is None


def test_a_pattern_with_a_folder_means_that_folder(desk: Desk) -> None:
    desk.applied_by(UP)
    desk.save("db/init.sql", 5)
    desk.save("web/init.sql", 5)
    assert desk.pending().files == ["db/init.sql"]


@pytest.mark.parametrize(
    "line",
    ["kubectl -n shop apply -f a.yaml", "kubectl apply --filename=a.yaml", "kubectl apply -f ."],
)
def test_an_apply_counts_for_the_files_that_it_names(desk: Desk, line: str) -> None:
    desk.applied_by(APPLY)
    desk.save("a.yaml", 20)
    desk.run(line, 10)
    assert desk.pending() is None
    desk.save("b.yaml", 5)
    desk.run("kubectl apply -f a.yaml", 1)
    assert desk.pending().files == ["b.yaml"]


def test_a_file_that_lies_there_as_it_was_brought_waits_for_nobody(desk: Desk) -> None:
    """It may be there to be read, or for a later exercise."""
    desk.applied_by(APPLY)
    (desk.section.room / "app").mkdir()
    (desk.section.room / "app" / "a.yaml").write_text("a.yaml")
    desk.save("a.yaml", 5)
    assert desk.pending() is None
    (desk.work / "a.yaml").write_text("mine")
    assert desk.pending().files == ["a.yaml"]

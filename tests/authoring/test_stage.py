"""The stage: a kernel of its own, which stops with the failing cell's words."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import psutil
import pytest

from cloudlab.authoring.errors import RehearsalStopped
from cloudlab.authoring.stage import Stage


def kernels() -> list[psutil.Process]:
    """What of ours still runs; what has ended and waits to be reaped doesn't."""
    children = psutil.Process().children(recursive=True)
    return [one for one in children if one.status() != psutil.STATUS_ZOMBIE]


def stage_of(author: Any, *cells: Any) -> Stage:
    return Stage(author.section(["good"], list(cells)))


def test_a_stage_plays_cells_holds_exercises_and_reads_checks(author: Any, aws: Any) -> None:
    cell = author.cell
    stage = stage_of(
        author,
        cell("first = 1", "exercise", "starter"),
        cell("first = 2", "exercise", "solution"),
        cell('make("good-right") if first == 2 else None'),
        author.checked("good"),
    )
    with stage:
        for one in stage.cells[:2]:
            stage.play(one)
        stage.play(cell("1 / 0", "raises-exception"))
        assert not stage.holding
        for one in stage.cells[2:4]:
            stage.hold(one)
        assert stage.holding
        assert stage.starter() == ["first = 1"]
        assert stage.solved() == ["first = 2"]

        assert stage.attempt("stub.good", stage.starter()).outcome == "not attempted"
        solved = stage.attempt("stub.good", stage.solved())
        assert (solved.outcome, solved.message) == (
            "passed",
            "✓ stub.good: passed. It is right.",
        )
        assert stage.check_with_closed_port("stub.good").outcome == "lab fault"
        assert stage.check("stub.good").outcome == "passed", "the endpoint is put back"
        assert stage.check("stub.nothing").outcome == "no outcome"

        with pytest.raises(RehearsalStopped, match=r"91-stub\.ipynb stops at: x = undefined"):
            stage.play(cell("x = undefined"))
        stage._client.timeout = 1
        with pytest.raises(RehearsalStopped, match="stops at: import time"):
            stage.play(cell("import time\ntime.sleep(30)"))
    assert kernels() == []


def test_an_exercise_may_have_several_cells(author: Any, aws: Any) -> None:
    """Another answer stands for the cell that writes the same file, else for the last."""
    cell, region = author.cell, author.region
    stage = stage_of(
        author,
        cell(f"%%writefile name\n{region('good-right', 'nothing')}", "exercise"),
        cell('from pathlib import Path\nmore = "-and-more"'),
        cell(region("suffix = ''", "suffix = None"), "exercise"),
        cell("make(Path('name').read_text().strip() + suffix)"),
        author.checked("good"),
    )
    with stage:
        for one in stage.cells[:2]:
            stage.play(one)
        stage.hold(stage.cells[2])
        stage.hold(stage.cells[4])
        assert stage.starter() == ["%%writefile name\nnothing", "suffix = None"]
        assert stage.answer("%%writefile name\nx")[1] == "suffix = ''\n"
        assert stage.attempt("stub.good", stage.starter()).outcome == "not attempted"
        wrong = stage.attempt("stub.good", stage.answer("suffix = more"))
        assert "There is good-right-and-more." in wrong.message
        assert stage.attempt("stub.good", stage.solved()).outcome == "passed"


KERNEL_HOLDS = """\
from pathlib import Path
from cloudlab.learning.record import load_record
command = load_record("stub").commands[-1]
assert Path("a.tf").read_text() == "x\\n", "without its markers"
assert Path("out").read_text() == "orders\\n", "{variables} are expanded"
assert (command.line, command.exit_code) == ("echo orders > out; exit 3", 3)
"""


def test_its_kernel_is_a_learners_kernel(author: Any, aws: Any) -> None:
    """Markers, failing commands, Run All, catching up; each attempt's story is its own."""
    cell = author.cell
    with Stage(author.section(["good", "deaf"], sound_cells(author))) as stage:
        stage.connect()
        stage.play(cell("%%writefile a.tf\n### BEGIN SOLUTION\nx\n### END SOLUTION"))
        failing = cell('name = "orders"\n!echo {name} > out; exit 3')
        with pytest.raises(RehearsalStopped, match="The command failed"):
            stage.play(failing)
        stage.play(cell(KERNEL_HOLDS))

        stage.play(cell('catch_up("stub.deaf")'))
        assert aws[1] == {"good-right"}
        stage.play(cell('clean_up("stub")'))
        assert aws[1] == {"good-right"}, "Run All never cleans up"

        stage.play(cell("said = None", "before-each"))
        stage.hold(stage.cells[-3])
        assert stage.attempt("stub.deaf", [SAID]).outcome == "passed"
        assert stage.attempt("stub.deaf", ["pass"]).outcome == "not attempted"
        again = 'answer("stub.deaf", said=1) if said else None'
        assert stage.attempt("stub.deaf", [again]).outcome == "not attempted"
        stage.release()
        assert not stage.holding


SAID = 'said = 1\nanswer("stub.deaf", said=said)'


def sound_cells(author: Any) -> list[Any]:
    return [
        author.cell('make("good-right")', "exercise"),
        author.checked("good"),
        author.cell(SAID, "exercise"),
        author.checked("deaf"),
    ]


def test_a_stage_that_fails_to_open_leaves_no_kernel(author: Any, checkout: Path) -> None:
    stage = stage_of(author)
    (checkout / "cloudlab" / "__init__.py").write_text("raise ImportError('broken')\n")
    with pytest.raises(RehearsalStopped, match="from cloudlab import"), stage:
        pass
    assert kernels() == []

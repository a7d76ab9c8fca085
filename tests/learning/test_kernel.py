"""What a connected kernel does differently, in a real IPython shell."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from cloudlab.lab.errors import UsageError
from cloudlab.learning import kernel
from cloudlab.learning.record import Record, load_record
from cloudlab.learning.sections import Section

Output = pytest.CaptureFixture[str]


@pytest.fixture
def cells(section: Section, record: Record, shell: Any, checkout: Path) -> list[str]:
    """The names that `after_cell` was called with; the shell has joined the fake section."""
    import os

    os.chdir(checkout)
    names: list[str] = []
    kernel.join("fake", names.append)
    return names


def lines() -> list[tuple[str, int]]:
    record = load_record("fake")
    assert record is not None
    return [(c.line, c.exit_code) for c in record.commands]


def test_after_every_cell_the_section_is_told(cells: list[str], shell: Any) -> None:
    shell.run_cell("x = 1")
    shell.run_cell("1 / 0")
    assert cells == ["fake", "fake"]


def test_joining_twice_hooks_once(cells: list[str], shell: Any) -> None:
    kernel.join("fake", cells.append)
    shell.run_cell("!echo once")
    assert cells == ["fake"]
    assert lines() == [("echo once", 0)]


def test_a_command_is_noted_with_its_times(cells: list[str], shell: Any) -> None:
    assert shell.run_cell("!true").success
    [command] = load_record("fake").commands  # type: ignore[union-attr]
    assert command.succeeded
    assert command.started <= command.ended


def test_a_failing_command_fails_its_cell_and_is_noted(cells: list[str], shell: Any) -> None:
    result = shell.run_cell("!exit 3\nreached = True")
    assert isinstance(result.error_in_exec, kernel.CommandFailed)
    assert "reached" not in shell.user_ns
    assert shell.user_ns["_exit_code"] == 3
    assert lines() == [("exit 3", 3)]


def test_a_failing_command_says_so_without_a_traceback(
    cells: list[str], shell: Any, capsys: Output
) -> None:
    shell.run_cell("!echo its own words; exit 3")
    said = capsys.readouterr()
    text = said.out + said.err
    assert "its own words" in text
    assert "The command failed (exit code 3). Its message is above." in text
    assert "Traceback" not in text


def test_a_command_killed_by_a_signal_is_no_success(cells: list[str], shell: Any) -> None:
    assert not shell.run_cell("!kill -9 $$").success
    [(_, exit_code)] = lines()
    assert exit_code != 0


@pytest.mark.parametrize("command", ["!echo {name} > out", "!echo $name > out"])
def test_variables_are_expanded(cells: list[str], shell: Any, checkout: Path, command: str) -> None:
    shell.run_cell(f'name = "orders"\n{command}')
    assert (checkout / "out").read_text() == "orders\n"
    assert lines() == [("echo orders > out", 0)]


def test_a_functions_own_variables_are_expanded(
    cells: list[str], shell: Any, checkout: Path
) -> None:
    shell.run_cell('def f(local):\n    !echo {local} > out\nf("inner")')
    assert (checkout / "out").read_text() == "inner\n"


def test_braces_that_name_nothing_stay(cells: list[str], shell: Any, checkout: Path) -> None:
    shell.run_cell("!echo '{\"a\": 1}' > out")
    assert (checkout / "out").read_text() == '{"a": 1}\n'


def test_a_command_in_the_background_is_refused(cells: list[str], shell: Any) -> None:
    result = shell.run_cell("!sleep 5 &")
    assert isinstance(result.error_in_exec, OSError)
    assert lines() == []


def test_writefile_leaves_the_markers_out(
    cells: list[str], shell: Any, checkout: Path, capsys: Output
) -> None:
    source = "%%writefile a.tf\na\n  ### BEGIN SOLUTION\n  ### STUB # b\n  b\n  ### END SOLUTION\n"
    assert shell.run_cell(source).success
    assert (checkout / "a.tf").read_text() == "a\n  b\n"
    assert "Writing a.tf" in capsys.readouterr().out


def test_writefile_stays_ours_and_can_still_append(
    cells: list[str], shell: Any, checkout: Path
) -> None:
    shell.run_cell("%%writefile a.tf\na\n")
    shell.run_cell("%pwd")
    shell.run_cell("%%writefile -a a.tf\n### BEGIN SOLUTION\nb\n### END SOLUTION\n")
    assert (checkout / "a.tf").read_text() == "a\nb\n"


def test_writefile_makes_the_folder_that_it_writes_in(
    cells: list[str], shell: Any, checkout: Path
) -> None:
    shell.run_cell("%%writefile web/src/a.js\na\n")
    assert (checkout / "web" / "src" / "a.js").read_text() == "a\n"


def test_an_unwritable_record_is_no_reason_to_lose_the_shell(
    cells: list[str], shell: Any, checkout: Path
) -> None:
    """A section that was cleaned up has no record: its commands still run."""
    shutil.rmtree(checkout / ".lab")
    assert shell.run_cell("!true").success
    assert load_record("fake") is None


def test_the_rest_before_a_cell_is_measured(
    cells: list[str], shell: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = iter([10.0, 11.0, 11.25, 12.0, 19.5, 20.0])
    monkeypatch.setattr(kernel.time, "monotonic", lambda: next(clock))
    shell.run_cell("from cloudlab.learning.kernel import seconds_before_this_cell as rest")
    shell.run_cell("quick = rest()")
    shell.run_cell("slow = rest()")
    assert shell.user_ns["quick"] == 0.25
    assert shell.user_ns["slow"] == 7.5


def test_an_error_of_the_lab_is_shown_without_a_traceback(
    cells: list[str], shell: Any, capsys: Output
) -> None:
    shell.run_cell("from cloudlab.lab.errors import UsageError")
    result = shell.run_cell('raise UsageError("No such thing.", "Look again.")')
    assert isinstance(result.error_in_exec, UsageError)
    said = capsys.readouterr()
    assert (said.out + said.err).strip().splitlines() == ["No such thing.", "→ Look again."]


def test_in_plain_python_joining_sets_the_section_alone(section: Section) -> None:
    kernel.join("fake", lambda name: None)
    assert kernel.current_section() == "fake"

"""Kept outputs: from a live kernel, without what the next run would write otherwise."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbclient.exceptions import CellExecutionError

from cloudlab.authoring import outputs as module
from cloudlab.authoring.outputs import record_outputs
from cloudlab.lab.paths import paths

WORK = "/tmp/lab-x1y2/work"


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("[id=vpc-0a1b2c3d4e5f60718]", "[id=vpc-…]"),
        ("i-0123456789abcdef0,eipalloc-12345678 rtbassoc-deadbeef", "i-…,eipalloc-… rtbassoc-…"),
        ("http://127.0.0.1:4566/x localhost:8888", "http://127.0.0.1:…/x localhost:…"),
        ("\x1b[1;32m✓\x1b[0m done", "✓ done"),
        ("10 %\r100 %\r\ndone", "10 %\n100 %\ndone"),
        ("request 123e4567-e89b-12d3-a456-426614174000 failed", "request … failed"),
        ("web-5d4f8c9b7-x2x4z web-7c9k4", "web-… web-…"),
        ("pvc-0880c29c-f248-4bcd-8fbb-163e5ce6a1b2", "pvc-…"),
        (f" ---> 3a306c201569 sha256:{'0f' * 32}", " ---> … sha256:…"),
        (f"{WORK}/iaas/network.tf", "work/iaas/network.tf"),
        ("/tmp/lab-x1y2/state/logs/aws.log", ".lab/logs/aws.log"),
    ],
    ids=[
        "id",
        "ids",
        "ports",
        "colour",
        "returns",
        "uuid",
        "pods",
        "volume",
        "images",
        "work",
        "state",
    ],
)
def test_what_differs_each_time_is_taken_out(said: str, kept: str) -> None:
    assert scrubbed(nbformat.v4.new_output("stream", text=said))["text"] == kept


@pytest.mark.parametrize(
    "text",
    [
        "10.0.1.0/24 in us-west-2a",
        "sg-web vpc-main i-7",
        "12:30",
        "ami-03cf12",
        "wi-fi",
        "a…b",
        "postgres-0",
        "202611241405 bytes",
        "deadbeefcafe",
    ],
)
def test_what_the_lesson_says_stays(text: str) -> None:
    assert scrubbed(nbformat.v4.new_output("stream", text=text))["text"] == text


def test_every_kind_of_output_is_scrubbed() -> None:
    machine = "i-0123456789abcdef0"
    shown = {"text/plain": machine, "text/html": ["<b>", machine], "application/json": {"n": 1}}
    assert scrubbed(nbformat.v4.new_output("display_data", data=shown))["data"] == {
        "text/plain": "i-…",
        "text/html": ["<b>", "i-…"],
        "application/json": {"n": 1},
    }
    error = nbformat.v4.new_output("error", ename="E", evalue=machine, traceback=["a", machine])
    assert (scrubbed(error)["evalue"], error["traceback"]) == ("i-…", ["a", "i-…"])


def scrubbed(output: Any, *tags: str) -> Any:
    return scrubbed_cell(output, *tags).outputs[0]


def scrubbed_cell(output: Any, *tags: str) -> Any:
    metadata = {"tags": list(tags), "execution": {"iopub.status.busy": "2026-01-01"}}
    cell = nbformat.v4.new_code_cell("1", execution_count=7, outputs=[output], metadata=metadata)
    module._scrub_cell(cell, {WORK: "work", "/tmp/lab-x1y2/state": ".lab"})
    return cell


def test_a_cell_that_tells_of_its_machine_keeps_nothing() -> None:
    said = nbformat.v4.new_output("stream", text="2 cores")
    cell = scrubbed_cell(said, "no-saved-output")
    assert (cell.outputs, cell.execution_count) == ([], None)
    kept = scrubbed_cell(said)
    assert (kept.outputs, kept.execution_count) == ([said], 7)
    assert "execution" not in kept.metadata


MANIFEST = """\
title = "T"
minutes = 1
notebook = "91-stub.ipynb"
parts = []
exercises = []
objectives = {}
"""
CELLS = """\
import os, sys
print("one", flush=True)
print("two", flush=True)
print(os.getcwd(), "127.0.0.1:4566", file=sys.stderr)
"""


@pytest.fixture
def solved(checkout: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A section that needs no part; its lab is the folders alone."""

    @contextmanager
    def no_parts(*sections: str) -> Iterator[None]:
        paths().state.mkdir()
        yield

    monkeypatch.setattr(module, "own_lab", no_parts)
    (checkout / "labs" / "stub").mkdir()
    (checkout / "labs" / "stub" / "section.toml").write_text(MANIFEST)
    cells = [nbformat.v4.new_markdown_cell("# T"), nbformat.v4.new_code_cell(CELLS)]
    file = checkout / "notebooks" / "solutions" / "91-stub.ipynb"
    nbformat.write(nbformat.v4.new_notebook(cells=cells), file)
    return file


def test_a_kernels_outputs_are_kept_without_its_pace_its_folder_or_its_version(
    solved: Path,
) -> None:
    """A stream is one output, however the kernel happened to send it."""
    assert record_outputs("stub") == solved
    notebook = nbformat.read(solved, as_version=4)
    assert [(one.name, one.text) for one in notebook.cells[1].outputs] == [
        ("stdout", "one\ntwo\n"),
        ("stderr", ".lab 127.0.0.1:…\n"),
    ]
    assert notebook.metadata.language_info["name"] == "python"
    assert "version" not in notebook.metadata.language_info
    nbformat.validate(notebook)


def test_a_notebook_that_fails_is_left_as_it_was(solved: Path) -> None:
    broken = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("1 / 0")])
    nbformat.write(broken, solved)
    before = solved.read_text()
    with pytest.raises(CellExecutionError, match="ZeroDivisionError"):
        record_outputs("stub")
    assert solved.read_text() == before

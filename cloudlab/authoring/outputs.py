"""The outputs that solved notebooks are kept with: from a live run, without what differs each time.

Ids, ports, folders and colours are taken out, so that a notebook's diff shows what changed in the
lesson and nothing else.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import nbformat
from nbclient import NotebookClient
from nbformat import NotebookNode

from cloudlab.authoring.own_lab import own_lab
from cloudlab.authoring.stage import QUIET_KERNEL
from cloudlab.lab.paths import paths
from cloudlab.learning.sections import load_section
from cloudlab.learning.solutions import solved_notebook, tags

CELL_SECONDS = 900
AWS_ID = re.compile(
    r"\b(vpc|subnet|igw|rtb|rtbassoc|sg|sgr|i|nat|eipalloc|eipassoc|eni|lt|ami|vol|acl|r|dopt)-"
    r"[0-9a-f]{8,17}\b"
)
#: What Kubernetes appends to a name: five of its safe letters, after a template's hash or alone.
MADE_UP_NAME = re.compile(
    r"(?<=[a-z0-9])(?:-[bcdfghjklmnpqrstvwxz2456789]{5}|-[bcdfghjklmnpqrstvwxz2456789]{8,10})+\b"
)
#: A container's, an image's or a layer's: short or whole.
HASH = re.compile(r"\b(?=[0-9a-f]*[a-f])(?=[0-9a-f]*[0-9])(?:[0-9a-f]{64}|[0-9a-f]{12})\b")
SCRUBBED: list[tuple[re.Pattern[str], str]] = [
    (re.compile(r"\x1b\[[0-9;]*m"), ""),
    (re.compile(r"\r\n?"), "\n"),
    (AWS_ID, r"\1-…"),
    (re.compile(r"(127\.0\.0\.1|localhost):\d+"), r"\1:…"),
    (re.compile(r"\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b"), "…"),
    (HASH, "…"),
    (MADE_UP_NAME, "-…"),
]


def record_outputs(name: str) -> Path:
    """Run a section's solved notebook in a lab of its own and keep its outputs, scrubbed."""
    file = solved_notebook(load_section(name))
    notebook = nbformat.read(file, as_version=4)
    with own_lab(name):
        folders = {str(paths().work): "work", str(paths().state): ".lab"}
        client = NotebookClient(
            notebook,
            timeout=CELL_SECONDS,
            kernel_name="python3",
            extra_arguments=QUIET_KERNEL,
            coalesce_streams=True,  # a kernel sends what is printed in pieces, as time goes
        )
        client.execute(cwd=str(paths().state))
    for cell in notebook.cells:
        _scrub_cell(cell, folders)
    notebook.metadata["language_info"].pop("version", None)  # of whoever ran it
    nbformat.write(notebook, file)
    return file


def _scrub_cell(cell: NotebookNode, folders: Mapping[str, str]) -> None:
    cell.metadata.pop("execution", None)
    if "no-saved-output" in tags(cell):  # it tells which machine and backends it ran on
        cell.outputs, cell.execution_count = [], None
    for output in cell.get("outputs", []):
        for part in ("text", "traceback", "evalue"):
            if part in output:
                output[part] = _scrub(output[part], folders)
        if "data" in output:
            output["data"] = {
                kind: _scrub(value, folders) for kind, value in output["data"].items()
            }


def _scrub(value: Any, folders: Mapping[str, str]) -> Any:
    if isinstance(value, list):
        return [_scrub(one, folders) for one in value]
    if not isinstance(value, str):
        return value
    for folder, name in folders.items():
        value = value.replace(folder, name)
    for pattern, kept in SCRUBBED:
        value = pattern.sub(kept, value)
    return value

"""Learners' notebooks, built from the solved ones: nobody edits them by hand."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import nbformat
from nbconvert.preprocessors import Preprocessor
from nbformat import NotebookNode

from cloudlab.lab.paths import paths
from cloudlab.learning.solutions import as_starter, tags

# Tags that only authors, rehearsal and CI read.
AUTHORS_TAGS = {
    "before-each",
    "exercise",
    "starter",
    "solution",
    "setup",
    "nbval-check-output",
    "no-saved-output",
    "raises-exception",
}


class LearnersVersion(Preprocessor):
    """Drops solution cells, puts stubs in the place of solution regions, clears outputs."""

    def preprocess(
        self, nb: NotebookNode, resources: dict[str, Any]
    ) -> tuple[NotebookNode, dict[str, Any]]:
        """The whole notebook, ready for a learner."""
        nb.cells = [self._cell(cell) for cell in nb.cells if "solution" not in tags(cell)]
        nb.metadata = nbformat.from_dict(
            {
                "kernelspec": nb.metadata.get("kernelspec", {}),
                "language_info": {"name": "python"},
            }
        )
        return nb, resources

    def _cell(self, cell: NotebookNode) -> NotebookNode:
        kept = {"tags": [tag for tag in tags(cell) if tag not in AUTHORS_TAGS]}
        kept["scrolled"] = cell.metadata.get("scrolled", False)
        cell.metadata = nbformat.from_dict({key: value for key, value in kept.items() if value})
        if cell.cell_type == "code":
            cell.source = as_starter(cell.source)
            cell.outputs = []
            cell.execution_count = None
        return cell


def learners_version(solved: Path) -> str:
    """The text of the learner's notebook that belongs to a solved one."""
    builder = LearnersVersion()  # type: ignore[no-untyped-call]
    notebook, _ = builder.preprocess(nbformat.read(solved, as_version=4), {})
    return str(nbformat.writes(notebook)) + "\n"


def _pairs() -> list[tuple[Path, Path]]:
    folder = paths().root / "notebooks"
    return [
        (solved, folder / solved.name) for solved in sorted((folder / "solutions").glob("*.ipynb"))
    ]


def build_all() -> list[Path]:
    """Write every learner's notebook that isn't up to date; says which."""
    stale = out_of_date()
    for solved, built in _pairs():
        if built in stale:
            built.write_text(learners_version(solved))
    return stale


def out_of_date() -> list[Path]:
    """The learners' notebooks that differ from what their solved ones give."""
    return [
        built
        for solved, built in _pairs()
        if not built.is_file() or built.read_text() != learners_version(solved)
    ]

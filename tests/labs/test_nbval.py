"""The solved notebooks under nbval: what is compared with what was saved, and what isn't."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

from cloudlab.learning.sections import load_section, section_names
from cloudlab.learning.solutions import solved_notebook

CONFTEST = solved_notebook(load_section(section_names()[0])).with_name("conftest.py")
CARD = "from IPython.display import display, HTML\ndisplay(HTML('<b>{}</b>'))"
WAITS = "import sys\nprint('waiting', file=sys.stderr)\n"


@pytest.mark.parametrize(("card", "passes"), [("passed", True), ("not yet", False)])
def test_what_a_check_says_counts_and_how_long_it_waited_does_not(
    tmp_path: Path, card: str, passes: bool
) -> None:
    """The notebook was saved with the card `passed`, and without a word on waiting."""
    shutil.copy(CONFTEST, tmp_path)
    data = {"text/html": "<b>passed</b>", "text/plain": "<IPython.core.display.HTML object>"}
    saved = nbformat.v4.new_output("display_data", data)
    cell = nbformat.v4.new_code_cell(WAITS + CARD.format(card), outputs=[saved], execution_count=1)
    cell.metadata["tags"] = ["nbval-check-output"]
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3"}}
    notebook = nbformat.v4.new_notebook(cells=[cell], metadata=kernel)
    nbformat.write(notebook, tmp_path / "one.ipynb")
    words = ["-m", "pytest", "--nbval-lax", "-q", "-p", "no:cacheprovider", "one.ipynb"]
    done = subprocess.run(
        [sys.executable, *words], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert (done.returncode == 0) is passes, done.stdout

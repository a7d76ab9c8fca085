"""A lab of one's own: beside the one that may be running, gone afterwards."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager

from cloudlab.lab import lab
from cloudlab.lab.engine import section_things
from cloudlab.lab.errors import UsageError
from cloudlab.lab.state import load_state


@contextmanager
def own_lab(*sections: str) -> Iterator[None]:
    """Start what the sections need in a temporary folder, without JupyterLab; stop it at the end.

    Raises the first problem when something doesn't start. A lab of the learner's is not touched:
    where it has containers of one of these sections, `UsageError` is raised, since labs on one
    engine know a section's containers by its name alone, and the end of this one would remove them.
    """
    if theirs := section_things.there(sections):
        raise UsageError(
            f"a lab works on {', '.join(theirs)} in this container engine, and would lose its work",
            "clean_up(…) in its notebook, or `cloudlab down` there, then again",
        )
    with tempfile.TemporaryDirectory(prefix="lab-") as folder:
        places = {
            "LAB_STATE_DIR": f"{folder}/state",
            "LAB_WORK_DIR": f"{folder}/work",
            "LAB_DATA_DIR": f"{folder}/data",
            "LAB_JUPYTER": "none",
        }
        before = dict(os.environ)
        os.environ.update(places)
        try:
            result = lab.up(sections)
            if result.problems:
                raise result.problems[0]
            os.environ.update(load_state().variables)  # this process asks that lab, too
            yield
        finally:
            try:
                lab.down()
            finally:
                os.environ.clear()
                os.environ.update(before)

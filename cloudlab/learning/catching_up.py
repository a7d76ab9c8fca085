"""A second evening: emulators forget when they stop; nobody builds it all again by hand."""

from __future__ import annotations

import time

from cloudlab.learning import kernel
from cloudlab.learning.cards import card, show
from cloudlab.learning.cleaning import clean_up, leftovers
from cloudlab.learning.errors import CatchUpFailed
from cloudlab.learning.files import set_aside
from cloudlab.learning.sections import find_exercise
from cloudlab.learning.session import connect
from cloudlab.learning.solutions import cells_to_catch_up


def catch_up(name: str) -> None:
    """Bring the lab to where an exercise begins, by running the solved cells that come before it.

    The files that you wrote are moved to `previous/` in the working folder, never overwritten.
    Your progress and predictions stay as they are. Raises `CatchUpFailed` with the cell's last
    words when one fails.
    """
    section, _ = find_exercise(name)
    cells = list(cells_to_catch_up(name))
    connect(section.name)
    if leftovers(section.name):  # half-built: a second copy beside it would confuse every check
        clean_up(section.name, unattended=True)
        connect(section.name)
    kept = set_aside(section)
    started = time.monotonic()
    for number, source in enumerate(cells, start=1):
        print(f"catching up: {number} of {len(cells)} …", flush=True)
        _run(source)
    said = f"The lab stands where {name} begins ({time.monotonic() - started:.0f} s)."
    aside = f"Your own files are in {kept.relative_to(kept.parents[1])}." if kept else ""
    show(f"{said} {aside}".strip(), card(said, [aside], "good"))


def _run(source: str) -> None:
    """Run one cell's text in this kernel, its output kept back unless it fails."""
    from IPython.utils.capture import capture_output

    shell = kernel.running_shell()
    with capture_output(stderr=False) as said:
        result = shell.run_cell(source, store_history=False)
    if not result.success:
        raise CatchUpFailed(
            f"Catching up stopped at: {source.strip().splitlines()[0]}",
            "Its last words: " + " ".join(said.stdout.split()[-60:]),
        )

"""The lab's verbs.

up       plan → keep what runs as asked → start the rest side by side → remember
down     stop what is remembered → sweep what isn't → and last what called us
restart  stop one part → up with what was up
reset    down → forget all but the learner's own work
"""

import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

from cloudlab.lab import rooms
from cloudlab.lab.bringing_up import Result, bring_up
from cloudlab.lab.errors import LabDown, LabError, StateCorrupt, UsageError
from cloudlab.lab.paths import paths, private_folder
from cloudlab.lab.progress import Progress
from cloudlab.lab.state import LabState, PartState, forget_state, lab_lock, load_state

QUIET = Progress(quiet=True)
#: What a learner has achieved; the data folder may hold other things of theirs.
PROGRESS = "progress.json"


@dataclass(frozen=True)
class PartStatus:
    """A part as it is now."""

    part: PartState
    state: str
    """ready, failed, stopped or silent: see `readiness.condition`."""

    @classmethod
    def after_start(cls, part: PartState) -> Self:
        """As `up` left it a moment ago: nothing is asked again."""
        return cls(part, "failed" if part.failure else "ready")

    def as_dict(self) -> dict[str, object]:
        """What `cloudlab status --json` says of it."""
        part = self.part
        return {
            "name": part.name,
            "title": part.title,
            "backend": part.backend,
            "fidelity": part.fidelity,
            "endpoint": part.endpoint,
            "state": self.state,
            "pids": [one.pid for one in part.processes],
            "ready_seconds": part.ready_seconds,
        }


def up(sections: Sequence[str] = (), *, progress: Progress = QUIET) -> Result:
    """Start what the sections need (all sections where none is named); safe to run twice.

    What runs already and is still what's asked for is kept. On Ctrl-C everything that this call
    started is stopped again.
    """
    names = list(sections) or rooms.sections()
    needs = rooms.needs(names)
    private_folder(paths().state)
    with lab_lock():
        state = recall(progress)
        return bring_up(state, needs, names, progress)


def down(*, progress: Progress = QUIET) -> list[str]:
    """Stop everything of this lab, whatever the state file says; returns the parts stopped.

    Where it was typed in a terminal of the lab's own JupyterLab, that server is stopped last, by
    `leave()`: until then there is somebody to tell how it went.
    """
    from cloudlab.lab import environment, processes, stopping, terminal
    from cloudlab.lab.engine import own_engine

    if not paths().state.exists() and not processes.marked():
        return []
    with lab_lock():
        state = recall(progress)
        if removed := stopping.remove_what_sections_left(state.parts):
            progress.note(f"removed from the container engine: {', '.join(removed)}")
        stopping.sweep_containers()  # first: the engine may be one that ends with the lab
        stopping.stop(state.parts.values())
        stopping.sweep()
        own_engine.forget()
        forget_state()
        environment.close_cluster()
        terminal.forget()
    return sorted(name for name, part in state.parts.items() if not part.failure)


def leave() -> None:
    """Stop what `down` had to spare because it called us; we may not outlive it."""
    from cloudlab.lab import processes

    processes.stop_host()


def restart(name: str, *, progress: Progress = QUIET) -> Result:
    """Stop one part and start it again, on the port that it had."""
    from cloudlab.lab import stopping

    with lab_lock():
        state = recall(progress)
        if not state.parts:
            raise LabDown
        if name not in state.parts:
            raise UsageError(f"no part is called {name!r}", f"parts: {', '.join(state.parts)}")
        stopping.stop([state.parts[name]])
        up = rooms.Needs(parts=tuple(sorted({part.need for part in state.parts.values()})))
        return bring_up(state, up, [], progress)


def status() -> list[PartStatus]:
    """Each part as it is now."""
    from cloudlab.lab import readiness

    return [PartStatus(part, readiness.condition(part)) for part in load_state().parts.values()]


def reset(*, progress: bool = False) -> None:
    """Down, then forget: the lab's folder, and what Terraform believed to exist in it.

    The learner's notebooks and files stay. `progress` erases what they have achieved, too.
    """
    from cloudlab.lab import work

    down()
    work.forget_terraform()
    shutil.rmtree(paths().state, ignore_errors=True)
    if progress:
        (paths().data / PROGRESS).unlink(missing_ok=True)


def prefetch(*, progress: Progress = QUIET) -> list[LabError]:
    """Download all that any section needs, for a classroom or a flight; returns what failed."""
    from cloudlab.lab import fetching

    return fetching.everything(progress)


def recall(progress: Progress) -> LabState:
    """The state; a broken one is said aloud and replaced by none."""
    try:
        return load_state()
    except StateCorrupt as error:
        progress.note(str(error))
        return load_state()

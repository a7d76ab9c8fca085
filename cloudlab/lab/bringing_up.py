"""What `up` and `restart` do: plan, start what isn't running as asked, remember it."""

import threading
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import partial

from cloudlab.lab import rooms
from cloudlab.lab.engine import own_engine
from cloudlab.lab.errors import LabError, PortTaken
from cloudlab.lab.parts import Part, parts_for
from cloudlab.lab.planning import plan_published
from cloudlab.lab.ports import is_free
from cloudlab.lab.progress import Progress
from cloudlab.lab.settings import settings
from cloudlab.lab.starting import Starter
from cloudlab.lab.state import LabState, PartState, forget_state, save_state
from cloudlab.lab.tasks import second_ctrl_c_ignored

#: The need of every section: somewhere to read and write.
DESK = "jupyter"
#: How often ports are chosen: another lab may start at the same moment.
ATTEMPTS = 4


@dataclass
class Result:
    """What became of it."""

    state: LabState
    problems: list[LabError] = field(default_factory=list)
    """Parts that failed, tools that are missing: the rest stays up."""
    started: list[str] = field(default_factory=list)


def bring_up(
    state: LabState, needs: rooms.Needs, sections: Sequence[str], progress: Progress
) -> Result:
    """Start what isn't running as asked, and remember it even where a part fails.

    Where it can't be remembered, or on Ctrl-C, all that was started is stopped again.
    """
    parts = parts_for([*needs.parts, DESK], settings())
    _clear_ports(parts, state)
    result, before = Result(state), replace(state, parts=dict(state.parts))
    memory = Memory(state, parts, sections)
    try:
        state.ports = plan_published(needs.ports, parts, state, progress)
        _start(result, parts, needs, memory, progress)
        memory.keep(result.problems)
        _lay_terminal(state)
        if result.started:
            _tidy()
    except BaseException:
        with second_ctrl_c_ignored():
            _take_back(state, before.parts)
            memory.put_back(before)
        raise
    return result


@dataclass
class Memory:
    """Writes down what has become of the parts: at the end, and before it for who begins early."""

    state: LabState
    parts: Sequence[Part]
    sections: Sequence[str]
    early: bool = False
    """Whether it was written down before the end."""
    lock: threading.Lock = field(default_factory=threading.Lock)

    def keep_early(self) -> None:
        """Some parts are ready, others not yet."""
        with self.lock:
            self.early = True
            self.keep([])

    def keep(self, problems: Sequence[LabError]) -> None:
        """All that is known, and which sections asked for each part."""
        for known in [self.state.parts[part.name] for part in self.parts]:
            known.sections = sorted({*known.sections, *self.sections})
        self.state.notes = [problem.what for problem in problems]
        save_state(self.state)

    def put_back(self, before: LabState) -> None:
        """What was written early isn't so."""
        if self.early and before.parts:
            save_state(before)
        elif self.early:
            forget_state()


def _start(
    result: Result, parts: list[Part], needs: rooms.Needs, memory: Memory, progress: Progress
) -> None:
    """Start them; where another program took a port first, choose ports anew and try again."""
    state, sections = result.state, memory.sections
    on_engine = any(part.need == own_engine.PART for part in parts)
    images = _images(state, sections) if on_engine else ()  # reading every manifest takes a moment
    for _ in range(ATTEMPTS):
        first = _to_begin_with(parts, sections)
        starter = Starter(state, parts, settings(), progress, first, images, memory.keep_early)
        result.started = starter.started
        result.problems = starter.run(
            partial(_furnish, needs.tools, progress, starter.cancelled),
            partial(_lay, starter.planned, progress),
            sweep=partial(_sweep, state),
        )
        if not any(isinstance(problem, PortTaken) for problem in result.problems):
            return


def _images(state: LabState, sections: Sequence[str]) -> tuple[str, ...]:
    """The images of the sections asked for, and of those that are up already."""
    up = {name for part in state.parts.values() for name in part.sections}
    return rooms.needs([*sections, *sorted(up & set(rooms.sections()) - set(sections))]).images


def _to_begin_with(parts: Sequence[Part], sections: Sequence[str]) -> set[str]:
    """The parts that the first section needs: with them and the desk the learner can begin."""
    needs = rooms.needs(sections[:1]).parts
    return {part.name for part in parts if part.need in (*needs, DESK)} if needs else set()


def _clear_ports(parts: Sequence[Part], state: LabState) -> None:
    """Where a port is taken, it may be by what a killed command left behind: sweep, then look."""
    if any(part.preferred_port and not is_free(part.preferred_port) for part in parts):
        _sweep(state)


def _take_back(state: LabState, before: dict[str, PartState]) -> None:
    """Stop all that was not there before; a part may have been begun and not yet noted."""
    from cloudlab.lab import stopping

    stopping.stop(part for name, part in state.parts.items() if before.get(name) is not part)
    _sweep(LabState({n: part for n, part in before.items() if state.parts.get(n) is part}))


def _sweep(keep: LabState) -> None:
    """Stop every process of this lab that the state doesn't account for."""
    from cloudlab.lab import stopping

    stopping.sweep(keep=list(keep.parts.values()))


def _furnish(tools: Sequence[str], progress: Progress, cancelled: threading.Event) -> None:
    """The commands that the sections call."""
    from cloudlab.lab import fetching

    fetching.link(tools, progress, cancelled)


def _tidy() -> None:
    """Remove what a compiler has kept, if one has run."""
    from cloudlab.lab.tools import building

    building.tidy()


def _lay(planned: LabState, progress: Progress) -> None:
    """The learner's notebooks, and what a terminal reads when it opens."""
    from cloudlab.lab import work

    _lay_terminal(planned)
    work.lay(progress)


def _lay_terminal(state: LabState) -> None:
    """Once at the beginning, and once more when every part has said its variables."""
    from cloudlab.lab import terminal

    terminal.lay(state)

"""Starting parts side by side, each waited for until it answers.

A part that has something to prepare does that in its own task first: the others don't wait for it.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Collection, Sequence
from contextlib import suppress
from dataclasses import replace
from functools import partial

from cloudlab.lab import readiness
from cloudlab.lab.environment import safe_environment
from cloudlab.lab.errors import LabError, PartFailed, PortTaken
from cloudlab.lab.parts import Context, Part
from cloudlab.lab.planning import plan_ports
from cloudlab.lab.ports import is_free
from cloudlab.lab.progress import Progress
from cloudlab.lab.settings import Settings
from cloudlab.lab.state import LabState, PartState
from cloudlab.lab.tasks import Task, second_ctrl_c_ignored

#: How often a part is asked whether it's ready.
POLL_SECONDS = 0.025
#: How long a part that runs may be silent before it's started anew: it holds a learner's work.
PATIENCE_SECONDS = 15.0
LOG_LINES = 8


class Starter:
    """Brings `state` to what `parts` ask for; `started` names the parts begun anew."""

    def __init__(
        self,
        state: LabState,
        parts: list[Part],
        settings: Settings,
        progress: Progress,
        first: Collection[str] = (),
        images: Sequence[str] = (),
        remember: Callable[[], None] = lambda: None,
    ) -> None:
        self.state, self.parts, self.progress = state, parts, progress
        self.started: list[str] = []
        self.awaited = set(first)
        """Parts still missing until the first section can be worked on."""
        self.remember = remember
        """Called at each part that settles while others don't: somebody may begin by then."""
        self.cancelled = threading.Event()
        ports = plan_ports(parts, state, progress)
        self.context = Context(settings, ports, {}, progress.say, self.cancelled, tuple(images))
        self.planned = self._planned()
        self.context = self._context_now()
        self.sweeping = Task(lambda: None)
        self.settled: dict[str, threading.Event] = {}
        """Of each part begun anew: set when it's ready or given up."""

    def run(
        self, *beside: Callable[[], None], sweep: Callable[[], None] = lambda: None
    ) -> list[LabError]:
        """Start what must be started, and do `beside` while it gets ready.

        `sweep` ends what an earlier command left behind. Nothing is prepared before it's done: it
        would take the processes of that for what was left.

        Returns what went wrong, part by part; raises what is nobody's part, as Ctrl-C, after
        stopping all that was started.
        """
        fresh = self._fresh()
        self.sweeping = Task(sweep)
        self.settled = {part.name: threading.Event() for part in fresh}
        self.awaited &= {part.name for part in fresh}
        self._retire(fresh)
        for part in fresh:  # all of them first: a part that settles writes the state down
            self.state.parts[part.name] = part.blank(self.context)
            self.started.append(part.name)
        tasks = [self.sweeping, *(Task(work) for work in beside)]
        try:
            for part in fresh:
                tasks.append(self._begin(part))
            for task in tasks:
                task.go()
            return [error for task in tasks if (error := task.outcome())]
        except BaseException:
            self._undo(tasks)
            raise

    def _planned(self) -> LabState:
        """The state as it will be: what starts first must know the others' addresses."""
        planned = {part.name: part.blank(self.context) for part in self.parts}
        return LabState({**self.state.parts, **planned}, ports=self.state.ports)

    def _context_now(self) -> Context:
        """What a part is told that starts now: the variables of those that are ready, too."""
        known = LabState({**self.planned.parts, **self.state.parts}, ports=self.state.ports)
        return replace(self.context, environment=safe_environment(os.environ, known))

    def _fresh(self) -> list[Part]:
        """The parts to begin anew: not as asked, or standing on one that isn't."""
        fresh: dict[str, Part] = {}
        for part in self.parts:
            if not set(part.after).isdisjoint(fresh) or not self._as_asked(part):
                fresh[part.name] = part
        return list(fresh.values())

    def _as_asked(self, part: Part) -> bool:
        """Whether the running one is what's asked for, and answers before we lose patience."""
        running = self.state.parts.get(part.name)
        if running is None or running.failure:
            return False
        if running.fingerprint != part.fingerprint(self.context):
            return False
        ours = bool(running.processes or running.containers)
        return readiness.wait(running, PATIENCE_SECONDS if ours else 1.0)

    def _retire(self, parts: list[Part]) -> None:
        """Stop what is left of the parts to be started."""
        before = [self.state.parts[one.name] for one in parts if one.name in self.state.parts]
        if before:
            from cloudlab.lab import stopping

            stopping.stop(before)

    def _begin(self, part: Part) -> Task:
        """Start one part, or have it prepared first; the task that waits for it."""
        self.progress.say(part.name, f"{part.backend}: starting")
        if part.prepares:
            return Task(partial(self._prepare_and_start, part))
        try:
            state, begun = self._start(part, self.context)
        except LabError as error:
            return Task(partial(_raise, error))
        task = Task(partial(self._await, part, state, begun))
        task.go()
        return task

    def _prepare_and_start(self, part: Part) -> None:
        """The part's own task, from what it stands on until it's ready."""
        try:
            self.sweeping.wait()
            self._wait_for(part)
            context = self._context_now()
            if not self.cancelled.is_set():
                part.prepare(context)
        except LabError as error:
            self._give_up(part, error)
            raise
        if not self.cancelled.is_set():
            self._await(part, *self._start(part, context))

    def _wait_for(self, part: Part) -> None:
        """Wait for the parts that this one stands on; raise where one isn't to be had."""
        for name in part.after:
            event = self.settled.get(name)
            while event and not event.wait(POLL_SECONDS):
                if self.cancelled.is_set():
                    return
            other = self.state.parts.get(name)
            if other is None or other.failure:
                raise PartFailed(
                    f"{part.name} was not started: it needs {name}, which isn't there",
                    "mend that first, then run `cloudlab up` again",
                )

    def _start(self, part: Part, context: Context) -> tuple[PartState, float]:
        """Start it; its state, and when its time began to run."""
        begun = time.monotonic()
        try:
            state = self.state.parts[part.name] = part.start(context)
        except LabError as error:
            self._give_up(part, error)
            raise
        return state, begun

    def _await(self, part: Part, state: PartState, begun: float) -> None:
        """Return when it's ready; raise when it ended or the part's limit is over."""
        while not readiness.ready(state):
            if self.cancelled.is_set():
                return
            why = None if readiness.runs(state) else "its process ended"
            if time.monotonic() - begun > part.limit:
                why = f"no answer in {part.limit:.0f} s"
            if why:
                error = failed(state, why)
                self._give_up(part, error)
                raise error
            time.sleep(POLL_SECONDS)
        state.ready_seconds = round(time.monotonic() - begun, 2)
        self.progress.done(part.name, f"{state.backend}: ready in {state.ready_seconds} s")
        self._settle(part.name)

    def _settle(self, name: str) -> None:
        """It's ready, or given up: whoever stands on it may go on, and perhaps the learner."""
        self.settled[name].set()
        slower = not all(event.is_set() for event in self.settled.values())
        newly = name in self.awaited and not self.state.parts[name].failure
        if newly:
            self.awaited.discard(name)
        if not slower or self.awaited:
            return
        self.remember()
        link = next((part.link for part in list(self.state.parts.values()) if part.link), None)
        if newly and link:
            self.progress.note(f"You can begin: {link}")

    def _give_up(self, part: Part, error: LabError) -> None:
        """Stop what there is of it; the others stay up."""
        from cloudlab.lab import stopping

        state = self.state.parts[part.name]
        stopping.stop([state])
        state.failure = error.what
        self.progress.done(part.name, f"{part.backend}: failed", good=False)
        self._settle(part.name)

    def _undo(self, tasks: list[Task]) -> None:
        """Stop all that this call started."""
        from cloudlab.lab import stopping

        with second_ctrl_c_ignored():
            self.cancelled.set()
            for task in tasks:
                task.wait()
            stopping.stop(self.state.parts.pop(name) for name in self.started)
            if any(part.in_container for part in self.parts if part.name in self.started):
                stopping.sweep_containers()


def failed(state: PartState, how: str) -> LabError:
    """What was tried, the last lines of the log, the next thing to do."""
    what = f"{state.name} ({state.backend}, port {state.port}) did not become ready: {how}"
    if state.port and not readiness.runs(state) and not is_free(state.port):
        return PortTaken(
            f"{what}: another program has just taken its port", "cloudlab up", state.log
        )
    return PartFailed("\n".join([what, *_tail(state)]), f"cloudlab restart {state.name}", state.log)


def _tail(state: PartState) -> list[str]:
    """The log's last lines."""
    with suppress(OSError):
        if state.log:
            lines = state.log.read_text(errors="replace").splitlines()
            return [f"  {line}" for line in lines[-LOG_LINES:]]
    return []


def _raise(error: LabError) -> None:
    """What a part that can't even begin comes to."""
    raise error

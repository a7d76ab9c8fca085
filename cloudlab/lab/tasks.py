"""Work beside other work, and a Ctrl-C that doesn't leave it half undone."""

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from cloudlab.lab.errors import LabError


class Task:
    """Work in a thread of its own; concurrent.futures would do, but takes too long to import."""

    def __init__(self, work: Callable[[], None]) -> None:
        self.work = work
        self.error: BaseException | None = None
        self.thread = threading.Thread(target=self._run, daemon=True)

    def go(self) -> None:
        """Start, unless it did."""
        if self.thread.ident is None:
            self.thread.start()

    def wait(self) -> None:
        """Until it ended, if it ever began."""
        if self.thread.ident is not None:
            self.thread.join()

    def outcome(self) -> LabError | None:
        """Wait; what went wrong, where a learner can act on it. A bug of ours is raised."""
        self.wait()
        if self.error is None or isinstance(self.error, LabError):
            return self.error
        raise self.error

    def _run(self) -> None:
        try:
            self.work()
        except BaseException as error:  # noqa: BLE001 – raised again where it's waited for
            self.error = error


@contextmanager
def second_ctrl_c_ignored() -> Iterator[None]:
    """Cleaning up after a first Ctrl-C is not left half done by a second."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)

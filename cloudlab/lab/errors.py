"""What can go wrong in the lab.

LabError
├── UsageError          a word or a setting that the lab doesn't know
├── ToolMissing         a program that a section needs isn't here and can't be had
├── DownloadCorrupt     a download whose checksum isn't the pinned one; nothing of it was run
├── Unwritable          a full disk, a folder that belongs to somebody else
├── StateCorrupt        the state file can't be read; it was set aside
├── Busy                another command is changing this lab
├── PortTaken           something else listens where a part must
├── PartFailed          a part didn't become ready
├── LabDown             nothing is running
├── Unreachable         the lab is up, a part doesn't answer
└── ForeignEndpoint     an address outside this machine: never called

Each says what happened in one line and what to do in another. A traceback is for our own bugs.
"""

from __future__ import annotations

from pathlib import Path


class LabError(Exception):
    """`str()` reads: what happened, what to do, where the log is."""

    def __init__(self, what: str, todo: str, log: Path | None = None) -> None:
        super().__init__(what, todo, log)
        self.what, self.todo, self.log = what, todo, log

    def __str__(self) -> str:
        lines = [self.what, f"→ {self.todo}"]
        if self.log:
            lines.append(f"log: {self.log}")
        return "\n".join(lines)

    def _render_traceback_(self) -> list[str]:
        """What IPython shows in the place of a traceback."""
        return str(self).splitlines()


class UsageError(LabError):
    """A word or a setting that the lab doesn't know."""


class ToolMissing(LabError):
    """A program that a section needs isn't here and can't be had."""


class DownloadCorrupt(LabError):
    """A download whose checksum isn't the pinned one; nothing of it was run."""


class Unwritable(LabError):
    """A full disk, or a folder that belongs to somebody else."""

    @classmethod
    def because(cls, path: Path, error: OSError) -> Unwritable:
        """The error for a path that the system refused to write."""
        reason = (error.strerror or str(error)).lower()
        return cls(
            f"cannot write {path}: {reason}",
            "make room or mend its permissions, or name another place by LAB_STATE_DIR, "
            "LAB_WORK_DIR, LAB_DATA_DIR or LAB_CACHE",
        )


class StateCorrupt(LabError):
    """The state file can't be read; it was set aside."""


class Busy(LabError):
    """Another command is changing this lab."""


class PortTaken(LabError):
    """Something else listens where a part must."""


class PartFailed(LabError):
    """A part didn't become ready."""


class LabDown(LabError):
    """Nothing is running."""

    def __init__(self) -> None:
        super().__init__("the lab is down", "start it: make lab-up (or: cloudlab up)")


class Unreachable(LabError):
    """The lab is up, a part doesn't answer."""

    @classmethod
    def part(cls, name: str) -> Unreachable:
        """The error for the part of that name."""
        return cls(
            f"The lab's part {name!r} doesn't answer.",
            "`cloudlab up` brings it back; `cloudlab status` shows every part.",
        )


class ForeignEndpoint(LabError):
    """An address outside this machine: never called."""

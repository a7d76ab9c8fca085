"""What can stop an author's command: one line on what happened, one on what to do."""

from cloudlab.lab.errors import LabError


class RehearsalStopped(LabError):
    """A cell of the solved notebook failed, so that nothing after it could be tried."""

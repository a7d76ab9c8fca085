"""What a notebook's verbs can raise, beside what the lab raises.

LabError (cloudlab.lab.errors)
├── UsageError       a name that nothing has
├── NotConnected     no connect() yet, or the lab that it joined is down
├── TookTooLong      a wait that reached its limit
└── CatchUpFailed    a cell failed while catching up
"""

from cloudlab.lab.errors import LabError


class NotConnected(LabError):
    """No connect() yet, or the lab that it joined is down."""


class TookTooLong(LabError):
    """A wait that reached its limit."""


class CatchUpFailed(LabError):
    """A cell failed while catching up."""

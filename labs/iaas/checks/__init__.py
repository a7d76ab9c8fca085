"""What the exercises of the IaaS section are judged by: a module a theme, a function an exercise.

Every check reads the live network and the story since `connect`, never the learner's files.
"""

from . import database, machines, routes, tiers, upkeep
from .facts import facts

__all__ = ["database", "facts", "machines", "routes", "tiers", "upkeep"]

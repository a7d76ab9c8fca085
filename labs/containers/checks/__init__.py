"""What the exercises of the container section are judged by: a module a theme.

Every check asks the live engine, the published ports and the story since `connect`, never the
learner's files.
"""

from . import building, comparing, data, discovery, health, publish, secrets, stack, upkeep
from .facts import facts

__all__ = [
    "building",
    "comparing",
    "data",
    "discovery",
    "facts",
    "health",
    "publish",
    "secrets",
    "stack",
    "upkeep",
]

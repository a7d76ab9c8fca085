"""What the exercises of the Kubernetes section are judged by: a module a theme.

Every check reads the live objects and the story since `connect`, never the learner's files.
"""

from . import placing, pods, releases, scaling, services, settings, stateful, upkeep
from .facts import facts

__all__ = [
    "facts",
    "placing",
    "pods",
    "releases",
    "scaling",
    "services",
    "settings",
    "stateful",
    "upkeep",
]

"""The images that sections build on: the official ones, or stand-ins made of Debian's packages.

Stand-ins are a cache, as downloads are: `down` and `reset` leave them. They are told by their
names; a label would be inherited by every image that is built on one. To remove them:

    docker image rm $(docker image ls --quiet --filter reference='cloudlab/*')
"""

from cloudlab.lab.images.choosing import Chosen, obtain
from cloudlab.lab.images.engine import Engine

__all__ = ["Chosen", "Engine", "obtain"]

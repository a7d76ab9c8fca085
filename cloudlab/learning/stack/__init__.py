"""A section's containers: which there are, and their networks, published ports and volumes.

read_stack(section)   the graph of them: `.draw()` makes a picture of it
"""

from cloudlab.learning.stack.read import read_stack

__all__ = ["read_stack"]

"""A section's live objects in Kubernetes, and who owns whom.

read_cluster(section)   the graph of all in the section's namespaces: `.draw()` makes a picture
"""

from cloudlab.learning.cluster.read import read_cluster

__all__ = ["read_cluster"]

"""The container engine: finding one, running one of the lab's own, talking to it."""

"""The lab: a cloud on this machine, its parts, and an environment that reaches nothing else."""

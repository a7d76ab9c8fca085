"""The embedded cluster: a real control plane as processes of this machine, and simulated nodes."""

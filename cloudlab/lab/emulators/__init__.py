"""The emulators as the lab starts them: with the faults mended that the sections would trip over.

A mend replaces a function in the running process and says what it mends; the packages stay as
they were installed, at pinned versions.
"""

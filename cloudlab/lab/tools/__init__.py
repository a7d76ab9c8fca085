"""The sections' commands: found on the machine, fetched or built, and laid before the cells."""

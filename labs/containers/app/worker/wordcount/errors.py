"""What can go wrong without being a fault of this program."""


class Lost(Exception):
    """Redis or PostgreSQL doesn't answer. That passes: wait, and try again."""


class Refused(Exception):
    """This job can't be stored, however often it's tried."""

import inspect
from pathlib import Path

from cloudlab.lab import errors


def test_an_error_reads_what_happened_what_to_do_where_to_look():
    error = errors.PartFailed("aws failed", "cloudlab restart aws", Path("/lab/aws.log"))
    assert str(error) == "aws failed\n→ cloudlab restart aws\nlog: /lab/aws.log"


def test_the_hierarchy_drawn_is_the_one_there_is():
    kinds = {
        name
        for name, kind in inspect.getmembers(errors, inspect.isclass)
        if issubclass(kind, errors.LabError)
    }
    drawn = {word for word in (errors.__doc__ or "").split() if word.isidentifier()}
    assert kinds <= drawn

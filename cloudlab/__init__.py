"""An interactive workbook on cloud architecture: the verbs of its notebooks.

>>> from cloudlab import *
>>> connect("iaas")  # doctest: +SKIP

A verb is imported when it's first used, so that importing the package costs next to nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from cloudlab.learning.catching_up import catch_up
    from cloudlab.learning.checking import check
    from cloudlab.learning.cleaning import clean_up, leftovers
    from cloudlab.learning.files import bring
    from cloudlab.learning.hints import hint, solution
    from cloudlab.learning.loads import load, measure_scale
    from cloudlab.learning.networks import diagram, trace
    from cloudlab.learning.outages import outage, post_mortem
    from cloudlab.learning.overview import progress
    from cloudlab.learning.predictions import believed, predict
    from cloudlab.learning.session import answer, connect
    from cloudlab.learning.waiting import wait_until

__version__ = "0.1.0"

_HOMES = {
    "answer": "session",
    "believed": "predictions",
    "bring": "files",
    "catch_up": "catching_up",
    "check": "checking",
    "clean_up": "cleaning",
    "connect": "session",
    "diagram": "networks",
    "hint": "hints",
    "leftovers": "cleaning",
    "load": "loads",
    "measure_scale": "loads",
    "outage": "outages",
    "post_mortem": "outages",
    "predict": "predictions",
    "progress": "overview",
    "solution": "hints",
    "trace": "networks",
    "wait_until": "waiting",
}

__all__ = [
    "answer",
    "believed",
    "bring",
    "catch_up",
    "check",
    "clean_up",
    "connect",
    "diagram",
    "hint",
    "leftovers",
    "load",
    "measure_scale",
    "outage",
    "post_mortem",
    "predict",
    "progress",
    "solution",
    "trace",
    "wait_until",
]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'cloudlab' has no attribute {name!r}")
    return getattr(import_module(f"cloudlab.learning.{_HOMES[name]}"), name)

"""A second call of the same kind is spared what the first worked out, and is answered the same."""

from __future__ import annotations

import subprocess
import sys

import pytest

# Both are changed for the whole process, so each test has one of its own.
CALLED = """
import os, sys
from cloudlab.lab.emulators.mends_asking import ask_less
from moto.moto_server.werkzeug_app import DomainDispatcherApplication
HOSTS = [f"{one}.us-west-2.amazonaws.com" for one in ("ec2", "elasticloadbalancing", "rds", "s3")]
def told():
    app = DomainDispatcherApplication(None)
    return [app.get_backend_for_host(one) for one in [*HOSTS, "ec2", "moto_api", None]]
before = told()
listed = []
list_folder = os.listdir
os.listdir = lambda *where: listed.append(where) or list_folder(*where)
if "mended" in sys.argv:
    ask_less()
app = DomainDispatcherApplication(None)
assert told() == before, told()
for _ in range(10):
    assert [app.get_backend_for_host(one) for one in HOSTS] == before[:4]
print(len(listed))
"""
METHODS = """
import inspect
from cloudlab.lab.emulators.mends_asking import ask_less
from moto.core import responses
as_it_was = responses.method_names_from_class
ask_less()
from moto.ec2.responses import EC2Response
from moto.rds.responses import RDSResponse
looked = []
look = inspect.getmembers
inspect.getmembers = lambda *what, **how: looked.append(what) or look(*what, **how)
for _ in range(10):
    for one in (EC2Response, RDSResponse):
        assert responses.method_names_from_class(one) == as_it_was(one)
assert len(looked) == 20 + 2, len(looked)
"""


def run(code: str, *words: str) -> str:
    done = subprocess.run([sys.executable, "-c", code, *words], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_a_host_is_looked_for_once() -> None:
    assert int(run(CALLED, "mended")) < 20


def test_moto_still_looks_at_every_call() -> None:
    """Where this fails, a newer moto remembers by itself, and the mend can go."""
    assert int(run(CALLED)) >= 40


def test_a_class_is_looked_at_once_and_has_the_methods_that_it_had() -> None:
    run(METHODS)


@pytest.mark.parametrize("word", ["moto.core.responses", "moto.moto_server.werkzeug_app"])
def test_what_is_mended_is_there(word: str) -> None:
    """The names that are replaced are those that moto uses."""
    names = {
        "moto.core.responses": "method_names_from_class(self.__class__)",
        "moto.moto_server.werkzeug_app": "self.get_backend_for_host(host)",
    }
    run(f"import inspect, {word} as m; assert {names[word]!r} in inspect.getsource(m)")

"""The public door: `from cloudlab import *` gives the verbs and costs next to nothing."""

from __future__ import annotations

import inspect
import subprocess
import sys

import pytest

import cloudlab

HEAVY = ("boto3", "botocore", "pydantic", "IPython", "rich", "moto", "nbformat", "pygments")


@pytest.mark.parametrize("verb", cloudlab.__all__)
def test_every_verb_resolves_and_says_what_it_does(verb: str) -> None:
    found = getattr(cloudlab, verb)
    assert inspect.isfunction(found)
    assert found.__name__ == verb
    doc = inspect.getdoc(found) or ""
    assert doc.splitlines()[0].endswith((".", "; empty when nothing is left.")), doc


def test_the_door_holds_all_verbs_in_order() -> None:
    assert cloudlab.__all__ == sorted(cloudlab._HOMES)


def test_a_name_that_is_no_verb_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        cloudlab.nothing  # noqa: B018


def loaded_after(statement: str, heavy: tuple[str, ...] = HEAVY) -> set[str]:
    """The heavy packages that a fresh interpreter holds after the statement."""
    script = f"{statement}\nimport sys\nprint(*sorted(set({heavy!r}) & set(sys.modules)))"
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    return set(done.stdout.split())


def test_importing_the_package_brings_nothing_heavy() -> None:
    assert loaded_after("import cloudlab") == set()


def test_the_verbs_bring_no_client_of_a_backend() -> None:
    """A section's own are imported when it asks for them, another's never."""
    clients = {"boto3", "botocore", "docker", "kubernetes", "requests", "httpx"}
    assert loaded_after("from cloudlab import *", tuple(clients)) == set()


def test_the_notebooks_first_line_gives_every_verb() -> None:
    script = "from cloudlab import *\nimport cloudlab\n" + (
        "assert all(callable(globals()[verb]) for verb in cloudlab.__all__)"
    )
    subprocess.run([sys.executable, "-c", script], check=True)

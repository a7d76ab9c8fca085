"""The mends are in force from a service's first call, whichever service is called first."""

from __future__ import annotations

import subprocess
import sys

import pytest

from cloudlab.lab.emulators.moto_mended import MENDED

SERVICES = ("ec2", "autoscaling", "elbv2", "rds")

# What the server does at a service's first call: it asks for the backend and its urls.
FIRST_CALLS = """
import sys
from importlib import import_module
from cloudlab.lab.emulators import moto_mended
moto_mended.read_less()
for module, mends in moto_mended.MENDED.items():
    moto_mended.mend_when_imported(module, mends)
import moto.server
from moto.backends import get_backend
for service in sys.argv[1:]:
    backends = get_backend(service)
    backends["000000000000"]["us-west-2"].urls
    for module, mends in moto_mended.MENDED.items():
        if module in sys.modules:
            for owner, method, mended in import_module(mends).MENDS:
                assert getattr(owner, method) is mended, (service, owner, method)
for module in moto_mended.MENDED:
    assert module in sys.modules, module
"""


@pytest.mark.parametrize("first", SERVICES)
def test_every_mend_is_in_force_whatever_is_called_first(first: str) -> None:
    rest = [one for one in SERVICES if one != first]
    run = subprocess.run(
        [sys.executable, "-c", FIRST_CALLS, first, *rest], capture_output=True, text=True
    )
    assert run.returncode == 0, run.stderr


def test_a_service_that_is_not_called_is_not_imported() -> None:
    """The server is up as early as without the mends: it's why they come by a hook."""
    code = "import sys, cloudlab.lab.emulators.moto_mended; print(*sys.modules)"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert not {"moto.ec2", "moto.autoscaling", *MENDED.values()} & set(run.stdout.split())

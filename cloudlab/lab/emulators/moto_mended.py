"""moto's server with what Terraform or a learner would trip over mended (moto 5.2.5).

Run as `python -m cloudlab.lab.emulators.moto_mended -H HOST -p PORT` in the place of `moto_server`.
moto imports a service when it's first called, and so do the mends: the server is up as early as
without them. tests/lab/emulators tells when a newer moto no longer needs one.
"""

from __future__ import annotations

import gc

gc.disable()  # while modules load nothing is garbage: looking for it takes a seventh of the start

from importlib import import_module  # noqa: E402
from typing import Any  # noqa: E402

import wrapt  # noqa: E402
from moto.server import main  # noqa: E402

from cloudlab.lab.emulators.mends_asking import ask_less  # noqa: E402
from cloudlab.lab.emulators.mends_reading import read_less  # noqa: E402

gc.enable()

#: The module of moto that is mended → the module of mends.
MENDED = {
    "moto.ec2.models": "cloudlab.lab.emulators.mends_ec2",
    "moto.autoscaling.responses": "cloudlab.lab.emulators.mends_autoscaling",
}


def mend_when_imported(module: str, mends: str) -> None:
    """Replace the functions that `mends` lists as soon as moto has imported `module`."""

    def mend(_: Any) -> None:
        for owner, method, mended in import_module(mends).MENDS:
            setattr(owner, method, mended)

    wrapt.register_post_import_hook(mend, module)


if __name__ == "__main__":
    read_less()
    ask_less()
    for module, mends in MENDED.items():
        mend_when_imported(module, mends)
    main()

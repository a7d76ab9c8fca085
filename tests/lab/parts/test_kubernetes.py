"""Which cluster LAB_KUBERNETES brings."""

import pytest

from cloudlab.lab.parts import kind, kubernetes
from cloudlab.lab.settings import settings


@pytest.mark.parametrize("wanted", ["kwok", "kind", "external"])
def test_the_backend_asked_for(wanted):
    (part,) = kubernetes.parts(settings({"LAB_KUBERNETES": wanted}))
    assert (part.name, part.backend, part.need) == ("kubernetes", wanted, "kubernetes")


@pytest.mark.parametrize(("possible", "backend"), [(True, "kind"), (False, "kwok")])
def test_auto_is_what_the_machine_is_good_for(monkeypatch, possible, backend):
    monkeypatch.setattr(kind, "possible", lambda: possible)
    (part,) = kubernetes.parts(settings({}))
    assert part.backend == backend

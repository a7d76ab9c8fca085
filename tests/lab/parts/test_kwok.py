"""The embedded cluster as a part of the lab; how it runs is in ../cluster/test_cluster.py."""

from cloudlab.lab.parts.base import Context
from cloudlab.lab.parts.kwok import Kwok
from cloudlab.lab.settings import settings


def context(port: int = 6443) -> Context:
    return Context(settings({}), {"kubernetes": port}, {})


def test_it_says_what_is_real_and_what_is_not():
    state = Kwok().blank(context())
    assert (state.backend, state.fidelity, state.need) == ("kwok", "simulated", "kubernetes")
    assert "real control plane, simulated nodes" in state.title
    assert state.endpoint == "https://127.0.0.1:6443"


def test_another_port_or_manifest_means_a_new_start(monkeypatch):
    from cloudlab.lab.cluster import furnishing

    before = Kwok().fingerprint(context())
    assert Kwok().fingerprint(context()) == before
    assert Kwok().fingerprint(context(6444)) != before
    monkeypatch.setattr(furnishing, "texts", lambda: "other")
    assert Kwok().fingerprint(context()) != before


def test_its_programs_are_found_before_its_time_begins(monkeypatch):
    from cloudlab.lab.cluster import components, programs

    asked: list[tuple[str, ...]] = []
    monkeypatch.setattr(programs, "find", lambda names, *words: asked.append(names))
    assert Kwok().prepares
    Kwok().prepare(context())
    assert asked == [components.NAMES]

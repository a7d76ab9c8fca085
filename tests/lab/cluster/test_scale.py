"""Measuring a control plane on a second cluster that is gone afterwards."""

import pytest

from cloudlab.lab.cluster import scale
from cloudlab.lab.cluster.scale import Scale
from cloudlab.lab.paths import paths
from cloudlab.lab.processes import marked


def test_what_was_measured_is_told_as_a_rate():
    found = Scale(limited=True, nodes=10, pods=100, pods_running=20.0)
    assert found.pods_a_second == 5.0
    assert found.latest == "0 of 100 pods"
    assert Scale(limited=True, nodes=10, pods=100).pods_a_second == 0.0


def test_looking_gives_up_after_a_while(monkeypatch):
    monkeypatch.setattr(scale, "LIMIT_SECONDS", 0.0)
    with pytest.raises(scale.PartFailed, match="10 nodes"):
        scale._until(lambda: False, print, lambda: "10 nodes")


@pytest.mark.lab
@pytest.mark.section("kubernetes")
@pytest.mark.timeout(2400)
@pytest.mark.parametrize("limited", [True, False])
def test_a_small_one_is_measured_and_leaves_nothing(limited):
    before = {one.pid for one in marked()}
    found = scale.measure(20, 60, limited=limited, say=lambda text: None)
    assert found.samples[-1][1] == 60
    assert found.pods_running > 0
    assert found.megabytes > 100
    assert {one.pid for one in marked()} == before
    assert not (paths().state / scale.NAME).exists()

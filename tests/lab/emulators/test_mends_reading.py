import subprocess
import sys
import threading
import time
from functools import partial

from cloudlab.lab.emulators.mends_reading import Regions, first_alone, without_offerings


def test_a_region_is_read_when_asked_for():
    regions = Regions("availability-zone")
    assert regions == {}
    offers = regions["us-west-2"]
    assert {"t3.micro"} <= {one["InstanceType"] for one in offers}
    assert {one["LocationType"] for one in offers} == {"availability-zone"}
    assert list(regions) == ["us-west-2"]
    assert regions.get("eu-west-1")
    assert regions.get("mars-1", []) == []


def test_other_resources_are_read_as_ever():
    assert without_offerings("ec2/resources/instance_type_offerings/region/us-west-2.json") == []
    assert without_offerings("ec2/resources/instance_types.json")


def test_moto_answers_the_same_with_and_without():
    """The tables that moto would have read at once, against those read when asked for."""
    code = """
from moto.ec2.models import instance_types
from cloudlab.lab.emulators.mends_reading import Regions
for kind, regions in instance_types.INSTANCE_TYPE_OFFERINGS.items():
    lazy = Regions(kind)
    assert len(regions) > 20
    for region in ("us-west-2", "eu-central-1"):
        assert lazy[region] == regions[region], (kind, region)
"""
    subprocess.run([sys.executable, "-c", code], check=True)


def test_the_first_call_of_a_service_is_answered_alone():
    """Of two that come at once the second waits; from then on none does."""
    at_once: list[int] = []
    inside = 0

    def service(environ: object, reply: object) -> str:
        nonlocal inside
        inside += 1
        at_once.append(inside)
        time.sleep(0.05)
        inside -= 1
        return "answer"

    class Dispatcher:
        def get_application(self, _: object):
            return service

    def call_twice() -> None:
        target = partial(first_alone, Dispatcher(), {}, None)
        threads = [threading.Thread(target=target) for _ in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    call_twice()
    first_two, at_once[:] = list(at_once), []
    assert first_two == [1, 1]
    assert first_alone(Dispatcher(), {}, None) == "answer"
    call_twice()
    assert 2 in at_once

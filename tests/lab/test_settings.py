import pytest

from cloudlab.lab.errors import UsageError
from cloudlab.lab.settings import KNOBS, settings


def test_every_knob_is_auto_by_default():
    found = settings({})
    assert {found.aws, found.kubernetes, found.containers, found.grafana, found.jupyter} == {"auto"}


@pytest.mark.parametrize("knob", KNOBS)
def test_a_wrong_value_lists_the_right_ones(knob):
    with pytest.raises(UsageError, match=r"LAB_.*=nonsense is unknown") as caught:
        settings({knob: "nonsense"})
    assert all(value in caught.value.todo for value in KNOBS[knob])


def test_external_needs_an_address():
    with pytest.raises(UsageError, match="needs an address"):
        settings({"LAB_AWS": "external"})
    given = {"LAB_AWS": "external", "AWS_ENDPOINT_URL": "http://127.0.0.1:4000"}
    assert settings(given).external_aws == "http://127.0.0.1:4000"


def test_an_endpoint_in_the_learners_shell_is_not_taken_unasked():
    assert settings({"AWS_ENDPOINT_URL": "https://aws.example"}).external_aws is None

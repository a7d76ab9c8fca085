import pytest

from cloudlab.lab import aws
from cloudlab.lab.environment import NOWHERE
from cloudlab.lab.errors import ForeignEndpoint


@pytest.fixture(autouse=True)
def no_lab(monkeypatch, tmp_path):
    monkeypatch.setenv("LAB_STATE_DIR", str(tmp_path / "lab"))
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)


@pytest.mark.parametrize(
    "foreign",
    [
        "https://ec2.us-west-2.amazonaws.com",
        "http://169.254.169.254",
        "http://10.0.0.7:4566",
        "http://localhost.example.com:4566",
        "http://127.0.0.1.example.com",
        "http://127.0.0.1@example.com",
        "",
    ],
)
def test_an_address_outside_this_machine_is_refused(foreign, monkeypatch):
    with pytest.raises(ForeignEndpoint):
        aws.guarded(foreign)
    monkeypatch.setenv("LAB_AWS", "external")
    assert aws.guarded(foreign) == foreign


@pytest.mark.parametrize("own", ["http://127.0.0.1:4566", "http://localhost:1", "http://[::1]:9"])
def test_this_machine_is_not(own):
    assert aws.guarded(own) == own


def test_without_a_lab_the_address_is_dead():
    assert aws.aws_endpoint() == NOWHERE


def test_a_client_ignores_a_real_shell(monkeypatch):
    for name, value in {
        "AWS_PROFILE": "production",
        "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS": "true",
        "AWS_ACCESS_KEY_ID": "AKIAREAL",
        "AWS_CA_BUNDLE": "/real/ca.pem",
        "HTTP_PROXY": "http://proxy.example:1",
    }.items():
        monkeypatch.setenv(name, value)
    aws._session.cache_clear()
    client = aws.client("sts", endpoint="http://127.0.0.1:1")
    assert client.meta.endpoint_url == "http://127.0.0.1:1"
    assert client._request_signer._credentials.access_key == "test"
    assert aws.client("sts", endpoint="http://127.0.0.1:1") is client


def test_a_dead_endpoint_is_told_from_a_clouds_answer():
    from botocore.exceptions import ClientError

    with pytest.raises(Exception) as caught:  # noqa: PT011 – botocore's own kind
        aws.client("sts", endpoint=NOWHERE).get_caller_identity()
    assert aws.part_down(caught.value) == "aws-endpoint"
    refusal = ClientError({"Error": {"Code": "Denied"}}, "GetCallerIdentity")
    assert aws.part_down(refusal) is None
    dead = {"ResponseMetadata": {"HTTPHeaders": {"x-lab-part-down": "aws-network"}}}
    assert aws.part_down(ClientError({"Error": {}, **dead}, "DescribeVpcs")) == "aws-network"
    assert aws.part_down(ValueError()) is None

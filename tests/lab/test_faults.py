"""Whose fault: errors that mean that a part is down, whichever client they come from."""

from __future__ import annotations

import subprocess
import sys

import pytest

from cloudlab.lab.faults import part_down


def test_each_clients_error_is_told_by_its_own_rules() -> None:
    from botocore.exceptions import ClientError, EndpointConnectionError
    from kubernetes.client import ApiException

    assert part_down(EndpointConnectionError(endpoint_url="http://127.0.0.1:1")) == "aws-endpoint"
    assert part_down(ClientError({"Error": {"Code": "Denied"}}, "GetCallerIdentity")) is None
    assert part_down(ApiException(status=503)) == "kubernetes"
    assert part_down(ApiException(status=404)) is None


@pytest.mark.parametrize("error", [ValueError(), OSError("no"), KeyError("x")])
def test_any_other_error_is_no_part_that_is_down(error: Exception) -> None:
    assert part_down(error) is None


def test_asking_imports_no_client() -> None:
    code = (
        "import sys; from cloudlab.lab.faults import part_down; part_down(ValueError());"
        "print(sorted({'boto3', 'botocore', 'docker', 'kubernetes'} & set(sys.modules)))"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"

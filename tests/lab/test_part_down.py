"""A backend that was killed: every client is told so at once, and none goes on asking."""

from __future__ import annotations

import json
import os
import signal
import time
from typing import Any

import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

pytestmark = [pytest.mark.lab, pytest.mark.timeout(120)]


def test_a_dead_backend_is_named_and_the_call_is_not_repeated(new_lab: Any) -> None:
    """Terraform repeats what failed with a 5xx up to 25 times, for many minutes."""
    import boto3

    lab = new_lab("one")
    assert lab.run("up", "iaas").returncode == 0
    parts = {one["name"]: one for one in json.loads(lab.run("status", "--json").stdout)["parts"]}
    for dead, services in {
        "aws-network": ("ec2", "elbv2", "autoscaling", "rds"),
        "aws": ("sts", "iam", "s3", "cloudwatch"),
    }.items():
        os.kill(parts[dead]["pids"][0], signal.SIGKILL)
        for service in services:
            client = boto3.client(
                service, endpoint_url=parts["aws-endpoint"]["endpoint"], region_name="us-west-2",
                aws_access_key_id="test", aws_secret_access_key="test",
                config=Config(retries={"total_max_attempts": 10}),
            )  # fmt: skip
            refused(client, dead)


CALLS = {
    "ec2": "describe_vpcs",
    "elastic-load-balancing-v2": "describe_load_balancers",
    "auto-scaling": "describe_auto_scaling_groups",
    "rds": "describe_db_instances",
    "sts": "get_caller_identity",
    "iam": "list_roles",
    "s3": "list_buckets",
    "cloudwatch": "describe_alarms",
}


def refused(client: Any, dead: str) -> None:
    """One call, one answer: the part's name, in the protocol's own form where it has room."""
    name = client.meta.service_model.service_id.hyphenize()
    began = time.monotonic()
    with pytest.raises(ClientError) as refusal:
        getattr(client, CALLS[name])()
    answer = refusal.value.response
    assert answer["ResponseMetadata"]["RetryAttempts"] == 0
    assert answer["ResponseMetadata"]["HTTPHeaders"]["x-lab-part-down"] == dead
    if name not in ("s3", "cloudwatch"):  # the others say it in the header alone
        assert answer["Error"]["Code"] == "LabPartDown"
        assert answer["Error"]["Message"] == f"{dead} does not answer: cloudlab up"
    assert time.monotonic() - began < 5

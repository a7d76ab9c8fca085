"""What CloudWatch answers, MiniStack answers when mended, and MiniStack's own server doesn't."""

from __future__ import annotations

import uuid
from typing import Any

import httpx
import pytest

from cloudlab.lab.emulators.ministack_mended import as_xml

pytestmark = [pytest.mark.lab, pytest.mark.timeout(180)]

#: Terraform speaks the Query protocol; boto3 speaks another one, which was never faulty.
QUERY = {"Version": "2010-08-01"}
SIGNED = {
    "Authorization": "AWS4-HMAC-SHA256 Credential=test/20260101/us-west-2/monitoring/aws4_request, "
    "SignedHeaders=host, Signature=x"
}
ALARM = {
    "Namespace": "AWS/EC2",
    "MetricName": "CPUUtilization",
    "Statistic": "Average",
    "ComparisonOperator": "GreaterThanThreshold",
    "Threshold": "70",
    "Period": "120",
    "EvaluationPeriods": "2",
    "AlarmDescription": "too <busy> & hot",
    "AlarmActions.member.1": "arn:aws:autoscaling:us-west-2:000000000000:scalingPolicy:1",
    "Dimensions.member.1.Name": "AutoScalingGroupName",
    "Dimensions.member.1.Value": "iaas-web",
    "Tags.member.1.Key": "Section",
    "Tags.member.1.Value": "iaas",
}


def query(client: Any, action: str, **parameters: str) -> str:
    """A call as Terraform makes it; the answer's XML."""
    address = client("cloudwatch").meta.endpoint_url
    said = {"Action": action, **QUERY, **parameters}
    return httpx.post(address, data=said, headers=SIGNED).raise_for_status().text


def new_alarm(client: Any) -> str:
    name = f"a-{uuid.uuid4().hex[:8]}"
    query(client, "PutMetricAlarm", AlarmName=name, **ALARM)
    return name


def an_alarm_comes_back_whole(client: Any) -> bool:
    name = new_alarm(client)
    answer = query(client, "DescribeAlarms", **{"AlarmNames.member.1": name})
    wanted = [
        f"<AlarmName>{name}</AlarmName>",
        "<AlarmDescription>too &lt;busy&gt; &amp; hot</AlarmDescription>",
        "<AlarmActions><member>arn:aws:autoscaling:us-west-2:000000000000:scalingPolicy:1<",
        "<Dimensions><member><Name>AutoScalingGroupName</Name><Value>iaas-web</Value></member>",
        "<Statistic>Average</Statistic>",
        "<Period>120</Period>",
        "<ActionsEnabled>true</ActionsEnabled>",
    ]
    return all(part in answer for part in wanted)


@pytest.mark.parametrize(
    "scenario",
    [an_alarm_comes_back_whole],
    ids=lambda one: one.__name__,
)
def test_the_mended_server_does_it_and_the_plain_one_does_not(
    ministack: Any, scenario: Any
) -> None:
    ministack.prove(scenario)


def test_only_the_alarms_asked_for_are_told(ministack: Any) -> None:
    one, other = new_alarm(ministack.mended), new_alarm(ministack.mended)
    for asked in ({"AlarmNames.member.1": one}, {"AlarmNamePrefix": one}):
        answer = query(ministack.mended, "DescribeAlarms", **asked)
        assert one in answer
        assert other not in answer


def test_boto3_reads_the_same_alarm(ministack: Any) -> None:
    name = new_alarm(ministack.mended)
    (alarm,) = ministack.mended("cloudwatch").describe_alarms(AlarmNames=[name])["MetricAlarms"]
    assert (alarm["Threshold"], alarm["Period"], alarm["Statistic"]) == (70.0, 120, "Average")


def test_values_are_written_as_the_query_protocol_does() -> None:
    assert as_xml({"On": True, "None": None, "Many": [1, {"A": "<"}]}) == (
        "<On>true</On><Many><member>1</member><member><A>&lt;</A></member></Many>"
    )
    assert as_xml({"StateUpdatedTimestamp": 0}) == (
        "<StateUpdatedTimestamp>1970-01-01T00:00:00Z</StateUpdatedTimestamp>"
    )

"""Two sections open in one lab: neither counts or removes what the other made."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from cloudlab.lab import aws
from cloudlab.lab.inventory import Inventory, beyond, inventory
from cloudlab.lab.sweep import sweep
from cloudlab.learning.cleaning import clean_up, leftovers
from cloudlab.learning.record import forget_record
from cloudlab.learning.session import connect

pytestmark = [pytest.mark.lab, pytest.mark.timeout(120)]

ONE, OTHER = "start", "iaas"
IMAGE = "ami-03cf127a"
NOTHING = {"Effect": "Deny", "Action": "*", "Resource": "*"}
POLICY = json.dumps({"Version": "2012-10-17", "Statement": [NOTHING]})


@pytest.fixture
def before(lab: Any, own_environment: None) -> Iterator[Inventory]:
    """Both sections are connected; what the lab held until then."""
    found = inventory(["aws"])
    connect(ONE)
    connect(OTHER)
    yield found
    sweep(["aws"], beyond(found, inventory(["aws"])))
    for section in (ONE, OTHER):
        forget_record(section)


@dataclass(frozen=True)
class Maker:
    """Makes things as a section's notebook does: tagged in EC2, named by prefix elsewhere."""

    section: str

    @property
    def name(self) -> str:
        return f"{self.section}-{uuid.uuid4().hex[:8]}"

    def tags(self, kind: str) -> list[dict[str, Any]]:
        return [{"ResourceType": kind, "Tags": [{"Key": "Section", "Value": self.section}]}]

    def network(self) -> None:
        """A VPC, which brings a main table and a default group that carry no tag; a subnet."""
        ec2 = aws.client("ec2")
        vpc = ec2.create_vpc(CidrBlock="10.50.0.0/16", TagSpecifications=self.tags("vpc"))["Vpc"]
        ec2.create_subnet(
            VpcId=vpc["VpcId"], CidrBlock="10.50.1.0/24", TagSpecifications=self.tags("subnet")
        )
        ec2.create_internet_gateway(TagSpecifications=self.tags("internet-gateway"))
        ec2.allocate_address(Domain="vpc", TagSpecifications=self.tags("elastic-ip"))
        ec2.create_launch_template(
            LaunchTemplateName=self.name,
            LaunchTemplateData={"ImageId": IMAGE, "InstanceType": "t3.micro"},
            TagSpecifications=self.tags("launch-template"),
        )

    def services(self) -> None:
        """What is told by its name alone, which may be the end of an address or an ARN."""
        where = {"LocationConstraint": "us-west-2"}
        aws.client("s3").create_bucket(Bucket=self.name, CreateBucketConfiguration=where)
        aws.client("sqs").create_queue(QueueName=self.name)
        aws.client("sns").create_topic(Name=self.name)
        aws.client("iam").create_role(RoleName=self.name, AssumeRolePolicyDocument=POLICY)
        aws.client("logs").create_log_group(logGroupName=f"/aws/lambda/{self.name}")
        aws.client("apigateway").create_rest_api(name=self.name)

    def all(self) -> Inventory:
        """Make it, and say what that was."""
        found = inventory(["aws"])
        self.network()
        self.services()
        return beyond(found, inventory(["aws"]))


def test_each_sections_leftovers_are_its_own(before: Inventory) -> None:
    mine, theirs = Maker(ONE).all(), Maker(OTHER).all()
    assert leftovers(ONE) == mine
    assert leftovers(OTHER) == theirs


@pytest.mark.parametrize(("first", "second"), [(ONE, OTHER), (OTHER, ONE)])
def test_cleaning_up_takes_nothing_of_the_others(
    before: Inventory, first: str, second: str
) -> None:
    Maker(first).all()
    theirs = Maker(second).all()
    clean_up(first, unattended=True)
    assert beyond(before, inventory(["aws"])) == theirs
    clean_up(second, unattended=True)
    assert beyond(before, inventory(["aws"])) == {}


def test_a_network_comes_with_its_own_table_and_group(before: Inventory) -> None:
    """They carry no tag and no name: they are the section's whose VPC they stand in."""
    made = Maker(OTHER).all()
    assert {"route table", "security group"} <= set(made)
    assert leftovers(ONE) == {}


def test_what_nobody_claims_is_the_leftover_of_who_asks(before: Inventory) -> None:
    """Made by hand, without tag or prefix: better named twice than forgotten."""
    name = f"x-{uuid.uuid4().hex[:8]}"
    aws.client("sqs").create_queue(QueueName=name)
    for section in (ONE, OTHER):
        assert [url.rpartition("/")[2] for url in leftovers(section)["queue"]] == [name]


def test_a_name_that_only_begins_like_a_sections_is_not_its_own(before: Inventory) -> None:
    """`starter` is not `start-`."""
    aws.client("sqs").create_queue(QueueName=f"{ONE}er")
    assert "queue" in leftovers(OTHER)


def test_alone_in_the_lab_a_section_answers_for_all_that_came(before: Inventory) -> None:
    forget_record(OTHER)
    made = Maker(OTHER).all()
    assert leftovers(ONE) == made

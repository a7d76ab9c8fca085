"""The AWS part: how quickly it starts, answers and is judged, and what it holds of memory."""

from __future__ import annotations

import itertools
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from typing import Any

from cloudlab.authoring.bench.measures import Found, Measure, command, on, percentile, timed
from cloudlab.authoring.own_lab import own_lab
from cloudlab.lab import aws, lab, processes, readiness
from cloudlab.lab.environment import safe_environment
from cloudlab.lab.inventory import inventory
from cloudlab.lab.parts import Context, Part, parts_for
from cloudlab.lab.planning import plan_ports
from cloudlab.lab.settings import settings
from cloudlab.lab.state import LabState, PartState, load_state
from cloudlab.learning.checks import evaluate
from cloudlab.learning.sections import Section, load_section, section_names
from cloudlab.learning.session import join_record

STARTS, IMPORTS, CHECKS, CALLS = 5, 7, 100, 300
POLL_SECONDS = 0.005
IMPORT = "import time; t = time.perf_counter(); import cloudlab; print(time.perf_counter() - t)"


def measures() -> Iterator[Found]:
    """Measure all, in a lab of its own; the learner's stays as it is."""
    yield Measure("import of cloudlab", import_seconds() * 1000, "ms", 150)
    with own_lab(*names()):
        yield from starts()
        yield Measure("the one endpoint adds a call", added_by_endpoint() * 1000, "ms")
        latency = check_seconds()
        yield Measure("a check, median", statistics.median(latency) * 1000, "ms")
        yield Measure("a check, 95th percentile", percentile(latency, 95) * 1000, "ms", 300)
        yield from memory()


def import_seconds() -> float:
    """The median of what the import takes in a new process."""
    words = [sys.executable, "-c", IMPORT]
    return statistics.median(
        float(subprocess.run(words, capture_output=True, text=True, check=True).stdout)
        for _ in range(IMPORTS)
    )


# Starting: the whole against its slowest part


def starts() -> Iterator[Measure]:
    """`cloudlab up` of a lab that was up before, and its parts bare, in turn; leaves it up.

    Where there are fewer cores than programs, the parts can't all be as quick side by side as the
    slowest alone, whoever starts them: there the ratio is told and not judged.
    """
    parts = parts_for(["aws"], settings())
    alone: dict[str, list[float]] = {part.name: [] for part in parts}
    together, whole, again = [], [], []
    for _ in range(STARTS):
        command("down")
        for part in parts:
            alone[part.name].append(bare_start(part))
        together.append(bare_start(*parts))
        whole.append(timed(lambda: command("up", *names())))
        again.append(timed(lambda: command("up", *names())))
    slowest = max(alone, key=lambda name: statistics.median(alone[name]))
    bare, up = statistics.median(alone[slowest]), statistics.median(whole)
    yield Measure(f"{slowest}, the slowest part, bare", bare, "s")
    side = statistics.median(together)
    yield Measure("all parts bare, side by side", side, "s")
    yield Measure("warm up of the AWS part", up, "s")
    cores = len(parts) + 1  # one for the command itself
    yield Measure("warm up / slowest part bare", up / bare, "×", on(cores, 1.2))
    yield Measure("warm up / all parts bare, side by side", up / side, "×", 1.4)
    yield Measure("up of a lab that is up", statistics.median(again), "s", 1)


def bare_start(*parts: Part) -> float:
    """Seconds from the parts' own commands until they answer; nothing else is started."""
    ports = plan_ports(parts_for(["aws"], settings()), LabState(), lab.QUIET)
    context = Context(settings(), ports, safe_environment(os.environ, None))
    states: list[PartState] = []
    began = time.perf_counter()
    try:
        for part in parts:
            states.append(part.start(context))
        for state in states:
            until_ready(state)
        return time.perf_counter() - began
    finally:
        processes.stop(one for state in states for one in state.processes)


def until_ready(state: PartState) -> None:
    """Wait for the part; raises `RuntimeError` when it ends instead."""
    while not readiness.ready(state):
        if not readiness.runs(state):
            raise RuntimeError(f"{state.name} ended: see {state.log}")
        time.sleep(POLL_SECONDS)


# Using: calls and checks


def added_by_endpoint() -> float:
    """Seconds that a call takes longer through the one endpoint: a median against a median."""
    through = aws.client("sts")
    direct = aws.client("sts", endpoint=load_state().parts["aws"].endpoint)
    pairs = [
        (timed(direct.get_caller_identity), timed(through.get_caller_identity))
        for _ in range(CALLS)
    ]
    short, long = (statistics.median(times) for times in zip(*pairs, strict=True))
    return float(long - short)


def check_seconds() -> list[float]:
    """How long checks take, over every section's exercises and a live network of each."""
    for section in measured():
        join_record(section, load_state())
        make_network(section)
    quick = [name for name in exercises() if not waits(name)]
    turns = itertools.islice(itertools.cycle(quick), CHECKS)
    return [timed(lambda name=name: evaluate(name)) for name in turns]  # type: ignore[misc]


def names() -> list[str]:
    """By which `cloudlab up` is asked for the AWS part alone."""
    return [one.name for one in measured()]


def measured() -> list[Section]:
    """The sections that need no more than the AWS part: that is what is up here."""
    return [one for one in map(load_section, section_names()) if set(one.parts) == {"aws"}]


def exercises() -> Iterator[str]:
    """Every exercise of the sections that are measured, by its full name."""
    for section in measured():
        yield from map(section.full_name, section.exercises)


class Waiting(Exception):
    """A check waits for the lab to settle: how long it takes is the lab's affair."""


def waits(name: str) -> bool:
    """Whether the exercise's check waits for something now."""

    def give_up(what: str) -> None:
        raise Waiting(what)

    try:
        evaluate(name, give_up)
    except Waiting:
        return True
    return False


def make_network(section: Section) -> None:
    """A VPC with two public subnets, two private ones and a guarded door, all the section's."""
    ec2 = aws.client("ec2")
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16", **tagged(section, "vpc"))["Vpc"]["VpcId"]
    gateway = ec2.create_internet_gateway(**tagged(section, "internet-gateway"))
    gateway_id = gateway["InternetGateway"]["InternetGatewayId"]
    ec2.attach_internet_gateway(InternetGatewayId=gateway_id, VpcId=vpc)
    table = ec2.create_route_table(VpcId=vpc)["RouteTable"]["RouteTableId"]
    ec2.create_route(RouteTableId=table, DestinationCidrBlock="0.0.0.0/0", GatewayId=gateway_id)
    for number in range(4):
        subnet = ec2.create_subnet(
            VpcId=vpc, CidrBlock=f"10.0.{number}.0/24", **tagged(section, "subnet")
        )["Subnet"]["SubnetId"]
        if number < 2:
            ec2.associate_route_table(RouteTableId=table, SubnetId=subnet)
    group = ec2.create_security_group(GroupName="web", Description="web", VpcId=vpc)["GroupId"]
    ec2.authorize_security_group_ingress(
        GroupId=group, IpProtocol="tcp", FromPort=80, ToPort=80, CidrIp="0.0.0.0/0"
    )


def tagged(section: Section, kind: str) -> dict[str, Any]:
    """EC2's argument for the section's tag."""
    tags = [{"Key": key, "Value": value} for key, value in section.tag.items()]
    return {"TagSpecifications": [{"ResourceType": kind, "Tags": tags}]}


# Size


def memory() -> Iterator[Measure]:
    """The lab's processes after all of the above: what they hold, and what only they hold."""
    inventory(["aws"])
    held = [process.memory_full_info() for process in processes.marked()]
    yield Measure("the AWS part, resident (RSS)", sum(one.rss for one in held) / 1e6, "MB", 350)
    yield Measure("of that, its own alone (USS)", sum(one.uss for one in held) / 1e6, "MB")

"""What the three exercises of the first notebook are judged by: an answer, a command, a bucket."""

from __future__ import annotations

from ipaddress import IPv4Network
from typing import Any

from cloudlab.learning.checks import check, watch
from cloudlab.learning.outcomes import Outcome, not_attempted, not_yet, passed
from cloudlab.learning.view import LabView

WHOLE = IPv4Network("10.0.0.0/16")
TAKEN = (IPv4Network("10.0.1.0/24"), IPv4Network("10.0.2.0/24"))
ROOM = 256

EXAMPLE = "start-example"  # the notebook makes it, so it's nobody's answer while it's as it was
PREFIX = "start-"
REGION = "us-west-2"


@watch
def facts(lab: LabView) -> dict[str, Any]:
    """The buckets of this section."""
    return {"buckets": sorted(_new_buckets(lab))}


@check("start.slice")
def slice_(lab: LabView) -> Outcome:
    """A slice of 10.0.0.0/16 holds 256 addresses and none of 10.0.1.0/24 and 10.0.2.0/24."""
    given = str(lab.answers("start.slice").get("cidr", "")).strip()
    if not given:
        return not_attempted("put your slice in the place of the dots, and run the cell.")
    try:
        network = IPv4Network(given, strict=False)
    except ValueError:
        return not_yet(
            "no-slice",
            seen=f"{given} names no slice of a network.",
            expected="an address, a slash and a number from 0 to 32: how many bits are fixed.",
            look="what does the 24 of 10.0.1.0/24 count? That slice holds 256 addresses, not 24.",
        )
    return _slice_problem(given, network) or passed(
        f"{network} is part of {WHOLE}, holds {ROOM} addresses and overlaps neither."
    )


def _slice_problem(given: str, network: IPv4Network) -> Outcome | None:
    if network.num_addresses != ROOM:
        return not_yet(
            "size",
            seen=f"{given} has room for {network.num_addresses}.",
            expected=f"{ROOM} addresses.",
            look="`ip_network(…).num_addresses` of your slice and of its neighbours in size.",
        )
    if not network.subnet_of(WHOLE):
        return not_yet(
            "outside",
            seen=f"{given} isn't part of {WHOLE}.",
            expected=f"addresses between {WHOLE[0]} and {WHOLE[-1]}.",
            look="the first two numbers of your slice.",
        )
    if any(network.overlaps(taken) for taken in TAKEN):
        return not_yet(
            "overlap",
            seen=f"{given} overlaps one that is taken.",
            expected="addresses that neither 10.0.1.0/24 nor 10.0.2.0/24 holds.",
            look="`ip_network(…).overlaps(…)` of yours and each of the two.",
        )
    if given.partition("/")[0] != str(network[0]):
        return not_yet(
            "host-bits",
            seen=f"{given} doesn't begin at its first address, so AWS would refuse it.",
            expected="the first address of the slice before the slash.",
            look="which of the 32 bits are free, and what are they in your address?",
        )
    return None


@check("start.environment")
def environment(lab: LabView) -> Outcome:
    """A command in a line of its own, `!printenv TEAM`, sees the variable TEAM."""
    read = lab.last("printenv TEAM")
    if read is None:
        return _nobody_asked(lab)
    if "TEAM=" in read.line:
        return _one_line()
    if read.succeeded:
        return passed("printenv, a child in a shell of its own, found TEAM.", shows=_shown(lab))
    exported = lab.last("export")
    return _nothing_found(exported is not None and "TEAM" in exported.line)


def _nobody_asked(lab: LabView) -> Outcome:
    exported = lab.last("export")
    if exported is not None and "TEAM" in exported.line:
        return _one_line()
    return not_attempted("set TEAM in one line, and ask for it in another: `!printenv TEAM`.")


def _one_line() -> Outcome:
    return not_yet(
        "one-line",
        seen="TEAM was set, and no line of its own asked for it.",
        expected="TEAM set in one line, and found by `!printenv TEAM` in another.",
        look="move the asking to a line of its own. Is the variable still there?",
    )


def _nothing_found(exported: bool) -> Outcome:
    if exported:
        return not_yet(
            "export",
            seen="An export ran, and printenv found no TEAM: that shell had ended with its line.",
            expected="a variable that the notebook hands to every command.",
            look="whose environment does a command that the notebook starts get a copy of?",
        )
    return not_yet(
        "unset",
        seen="printenv found no TEAM, and failed.",
        expected="TEAM in the environment that commands get, which no Python variable is part of.",
        look='`"TEAM" in os.environ`',
    )


def _shown(lab: LabView) -> str:
    """What the experiment showed of the prediction; empty where nobody carried it out."""
    asked = lab.last("printenv COLOUR")
    if asked is None or lab.last("export") is None:
        return ""
    return "stays" if asked.succeeded else "gone"


@check("start.bucket")
def bucket(lab: LabView) -> Outcome:
    """A bucket in us-west-2, whose name begins with start-, keeps old versions of what it holds."""
    problems = {name: _bucket_problem(lab, name) for name in _new_buckets(lab)}
    good = [name for name, problem in problems.items() if problem is None]
    if good:
        return passed(f"{good[-1]} is in {REGION} and keeps old versions.")
    own = [name for name in problems if name != EXAMPLE]
    if own:
        problem = problems[own[-1]]
        assert problem is not None, "else it would have been the good one"
        return problem
    return _nothing_named(lab)


def _nothing_named(lab: LabView) -> Outcome:
    others = [name for name in lab.leftovers().get("bucket", []) if not name.startswith(PREFIX)]
    if others:
        return not_yet(
            "name",
            seen=f"The lab holds a new bucket, {others[0]}: the name doesn't begin with {PREFIX}.",
            expected=f"a name that begins with {PREFIX}, the letters and the dash.",
            look='`[b["Name"] for b in s3.list_buckets()["Buckets"]]`',
        )
    return not_attempted("make a bucket of your own. A folder or a file on your disk isn't one.")


def _bucket_problem(lab: LabView, name: str) -> Outcome | None:
    s3 = lab.aws("s3")
    region = s3.get_bucket_location(Bucket=name).get("LocationConstraint") or "us-east-1"
    status = s3.get_bucket_versioning(Bucket=name).get("Status")
    if region != REGION:
        return not_yet(
            "region",
            seen=f"{name} is in {region}.",
            expected=f"a bucket in {REGION}, where this workbook works.",
            look="the region that the bucket was made with.",
        )
    if status == "Enabled":
        return None
    return not_yet(
        "suspended" if status else "unversioned",
        seen=f"{name} {'has stopped keeping' if status else 'keeps no'} old versions.",
        expected="versioning that is enabled.",
        look=f'`s3.get_bucket_versioning(Bucket="{name}")`',
    )


def _new_buckets(lab: LabView) -> list[str]:
    """The section's buckets that weren't there at `connect`, oldest first."""
    before = lab.existing.get("bucket", [])
    found = sorted(lab.aws("s3").list_buckets()["Buckets"], key=lambda b: b["CreationDate"])
    names = [str(b["Name"]) for b in found]
    return [name for name in names if name.startswith(PREFIX) and name not in before]

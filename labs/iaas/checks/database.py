"""The database: ordered so that a real cloud would accept it, and found by the servers."""

from __future__ import annotations

import base64
import binascii
import json
import re
from dataclasses import replace
from typing import Any

from cloudlab.learning.checks import check
from cloudlab.learning.network.model import find
from cloudlab.learning.outcomes import Outcome, not_attempted, not_yet, passed
from cloudlab.learning.view import LabView

ACCEPTED = "an order that nothing refuses."
#: Words of a refusal (a guardrail's, or the API's) → what they mean.
REFUSALS = {
    "window must not overlap": not_yet(
        "refused-windows",
        seen="the two windows touch or overlap",
        expected=ACCEPTED,
        look="when does the backup end, and when does the maintenance begin?",
    ),
    "reserves this user name": not_yet(
        "refused-user",
        seen="the user name is reserved",
        expected=ACCEPTED,
        look="the username of the order.",
    ),
    "no longer makes databases of this version": not_yet(
        "refused-version",
        seen="the version is retired",
        expected=ACCEPTED,
        look="the engine_version of the order.",
    ),
    "password in plain text": not_yet(
        "refused-password",
        seen="the state file would hold the password",
        expected=ACCEPTED,
        look="the argument that takes the password: which other one is there?",
    ),
    "the whole internet can call": not_yet(
        "refused-public",
        seen="it would have a public address",
        expected=ACCEPTED,
        look="publicly_accessible: who has to call the database?",
    ),
}
APPLY = "terraform apply"


@check("iaas.database")
def database(lab: LabView) -> Outcome:
    """A private database in two zones: a name, a version, windows and a secret that hold."""
    databases = lab.network.databases
    if not databases:
        return _refused(lab) or not_attempted("mend database.tf and apply it.")
    found = lab.aws("rds").describe_db_instances(DBInstanceIdentifier=databases[0].id)
    described = found["DBInstances"][0]
    return (
        _exposed(described)
        or _secret_problem(lab)
        or _zones(lab)
        or passed(
            "The database is private, may stand in two zones, and neither its user, its version "
            "nor its windows would be refused; no file of Terraform's holds its password.",
            shows="plain",
        )
    )


def _refused(lab: LabView) -> Outcome | None:
    """Why the last apply made no database, as far as its own words tell."""
    last = lab.last(APPLY)
    if last is None or last.succeeded:
        return None
    found = [outcome for words, outcome in REFUSALS.items() if words in last.tail]
    if not found:
        return None
    reasons = "; ".join(outcome.seen for outcome in found)
    return replace(found[0], seen=f"The order was refused: {reasons}.")


def _exposed(described: dict[str, Any]) -> Outcome | None:
    if not described["PubliclyAccessible"]:
        return None
    return not_yet(
        "public",
        seen="The database has an address that the whole internet can call.",
        expected="one that only the network itself can reach.",
        look="publicly_accessible.",
    )


def _secret_problem(lab: LabView) -> Outcome | None:
    """Whether Terraform's own memory holds the password: `sensitive` hides, it doesn't encrypt."""
    state = lab.work / "terraform.tfstate"
    resources = json.loads(state.read_text())["resources"] if state.is_file() else []
    kept = [
        instance["attributes"].get("password")
        for resource in resources
        if resource["type"] == "aws_db_instance"
        for instance in resource["instances"]
    ]
    if not any(kept):
        return None
    return not_yet(
        "plain-password",
        seen="terraform.tfstate holds the password in plain text.",
        expected="a password that Terraform sends and keeps nowhere.",
        look="open terraform.tfstate and search for the word password.",
    )


def _zones(lab: LabView) -> Outcome | None:
    network = lab.network
    homes = [find(network.subnets, id_) for id_ in network.databases[0].subnets]
    if len({home.zone for home in homes if home}) > 1:
        return None
    return not_yet(
        "one-zone",
        seen="The database's subnet group lies in one zone.",
        expected="subnets in two zones.",
        look="the subnets of the subnet group.",
    )


@check("iaas.bootstrap")
def bootstrap(lab: LabView) -> Outcome:
    """A new server's script names the database by its bare host."""
    templates = lab.aws("ec2").describe_launch_templates(Filters=lab.tag_filter)["LaunchTemplates"]
    if not templates or not lab.network.databases:
        return not_attempted("mend launch_template.tf and apply it: no server is described yet.")
    data = lab.aws("ec2").describe_launch_template_versions(
        LaunchTemplateId=templates[0]["LaunchTemplateId"], Versions=["$Latest"]
    )["LaunchTemplateVersions"][0]["LaunchTemplateData"]
    script = _decoded(data.get("UserData", ""))
    return _script_problem(script, lab.network.databases[0].endpoint or "") or passed(
        "The newest launch template's script names the database's host, and no port with it.",
        shows="host",
    )


def _decoded(text: str) -> str:
    try:
        return base64.b64decode(text, validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        return text


def _script_problem(script: str, host: str) -> Outcome | None:
    if not script.startswith("#!"):
        twice = _decoded(script).startswith("#!")
        return not_yet(
            "encoded-twice" if twice else "no-script",
            seen="The user data is encoded twice: the machine would read letters, not a script."
            if twice
            else "The launch template holds no script.",
            expected="a script, encoded once.",
            look="decode the user data: what does its first line say?",
        )
    if "${" in script:
        return not_yet(
            "placeholder",
            seen="The script still holds a placeholder where the database's host belongs.",
            expected="the host itself: a template has to be filled in.",
            look="which function reads user_data.sh?",
        )
    named = re.search(rf"{re.escape(host)}(?P<port>:\d+)?", script)
    if named is None:
        return not_yet(
            "other-host",
            seen="The script's PGHOST is not the database's host.",
            expected="the host at which the database can be called.",
            look="what does describe_db_instances say of its Endpoint?",
        )
    if named["port"]:
        return not_yet(
            "endpoint",
            seen="PGHOST holds a port as well: no machine has a name with a colon in it.",
            expected="the bare host.",
            look="the two parts of the database's endpoint.",
        )
    return None

"""Tiers: who may call whom, by what the rules say and not by what the groups are called."""

from __future__ import annotations

from cloudlab.learning.checks import check
from cloudlab.learning.network import Rule, SecurityGroup
from cloudlab.learning.network.model import find
from cloudlab.learning.outcomes import Outcome, not_attempted, not_yet, passed
from cloudlab.learning.view import LabView

WORLD = {"0.0.0.0/0", "::/0"}
DATABASE_PORT = 5432
WEB_PORTS = (80, 443)
WIDE_RANGE = 1000
FIRST_EPHEMERAL_PORT = 1024  # answers go to ports from here on


def admits(rule: Rule, port: int) -> bool:
    """Whether the rule lets TCP in on the port."""
    if rule.protocol not in ("tcp", "all"):
        return False
    return rule.first is None or rule.first <= port <= (rule.last or rule.first)


def open_to_world(group: SecurityGroup) -> bool:
    """Whether any rule of the group lets everybody in."""
    return any(WORLD & set(rule.cidrs) for rule in group.ingress)


def sources(groups: tuple[SecurityGroup, ...], port: int) -> tuple[set[str], set[str]]:
    """Who may call these groups on the port: CIDRs, and ids of groups."""
    rules = [rule for group in groups for rule in group.ingress if admits(rule, port)]
    return {c for r in rules for c in r.cidrs}, {g for r in rules for g in r.groups}


@check("iaas.tiers")
def tiers(lab: LabView) -> Outcome:
    """The world reaches the load balancer, that the web servers, those the database; by group."""
    groups = tuple(g for g in lab.network.groups if g.name != "default")
    if not groups:
        return not_attempted("write security.tf and apply it: there are no groups yet.")
    database = tuple(g for g in groups if any(_for_the_database(r) for r in g.ingress))
    if not database:
        return not_yet(
            "no-database-rule",
            seen="No group lets anybody in on 5432, and on that alone.",
            expected="a group for the database that the web servers may call.",
            look="the ingress of the database's group.",
        )
    cidrs, callers = sources(database, DATABASE_PORT)
    problem = _database_problem(groups, database, cidrs, callers)
    return (
        problem
        or _web_problem(groups, callers)
        or passed(
            "world → load balancer → web servers → database on 5432; each by its group.",
            shows="all",
        )
    )


def _for_the_database(rule: Rule) -> bool:
    """A rule that lets in the database's port and no great range around it: that's its group."""
    narrow = rule.first is not None and (rule.last or rule.first) - rule.first < WIDE_RANGE
    return narrow and admits(rule, DATABASE_PORT)


def _database_problem(
    groups: tuple[SecurityGroup, ...],
    database: tuple[SecurityGroup, ...],
    cidrs: set[str],
    callers: set[str],
) -> Outcome | None:
    if cidrs:
        return _by_address("database", cidrs)
    if callers & {g.id for g in database}:
        return not_yet(
            "self",
            seen="The database's group lets in itself.",
            expected="the web servers' group as its source.",
            look="who are the members of the group that the rule names?",
        )
    known = [find(groups, caller) for caller in callers]
    fronts = [g for g in known if g and open_to_world(g)]
    behind = [g for g in known if g and not open_to_world(g)]
    if fronts and behind:
        return not_yet(
            "skips-a-tier",
            seen="The database lets in a group that is open to the world: that path skips the "
            "web servers.",
            expected="the web servers' group alone.",
            look="does the load balancer ever speak to the database?",
        )
    return None


def _by_address(whose: str, cidrs: set[str]) -> Outcome:
    return not_yet(
        "by-address",
        seen=f"The {whose}'s group lets callers in by address ({', '.join(sorted(cidrs))}): "
        "every machine there may call, now and later.",
        expected="a rule that names a group.",
        look="what could stand in the place of cidr_blocks?",
    )


def _web_problem(groups: tuple[SecurityGroup, ...], web_ids: set[str]) -> Outcome | None:
    webs = [group for group in groups if group.id in web_ids]
    if not webs:
        return not_yet(
            "no-caller",
            seen="No group of this network may call the database.",
            expected="the web servers' group as its caller.",
            look="the sources of the database's group.",
        )
    for web in webs:
        problem = _one_web_problem(groups, web)
        if problem:
            return problem
    return None


def _one_web_problem(groups: tuple[SecurityGroup, ...], web: SecurityGroup) -> Outcome | None:
    if open_to_world(web):
        ports = sorted({str(r.first or "all") for r in web.ingress if WORLD & set(r.cidrs)})
        return not_yet(
            "web-open",
            seen=f"The web servers' group lets in the world on {', '.join(ports)}: anybody can go "
            "round the load balancer.",
            expected="the load balancer's group as the only source.",
            look="the sources of the web servers' group, one by one.",
        )
    high = [r for r in web.ingress if r.cidrs and (r.first or 0) >= FIRST_EPHEMERAL_PORT]
    if high:
        return not_yet(
            "answers",
            seen="The web servers' group lets in high ports, as if for the answers of others.",
            expected="no such rule: a group remembers who asked, so answers come back by "
            "themselves.",
            look="what a stateful rule is.",
        )
    cidrs = {c for r in web.ingress for c in r.cidrs}
    if cidrs:
        return _by_address("web servers", cidrs)
    return _front_problem(groups, web)


def _front_problem(groups: tuple[SecurityGroup, ...], web: SecurityGroup) -> Outcome | None:
    callers = {id_ for port in WEB_PORTS for id_ in sources((web,), port)[1]}
    fronts = [g for g in groups if g.id in callers - {web.id}]
    if not fronts:
        return not_yet(
            "web-closed",
            seen="No group may call the web servers on 80 or 443.",
            expected="the load balancer's group as their caller.",
            look="the ingress of the web servers' group.",
        )
    if not any(WORLD & sources((front,), port)[0] for front in fronts for port in WEB_PORTS):
        return not_yet(
            "front-closed",
            seen="The world can't call the load balancer on 80 or 443.",
            expected="0.0.0.0/0 as a source of the load balancer's group.",
            look="the ingress of the load balancer's group.",
        )
    return None

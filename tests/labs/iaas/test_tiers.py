"""Tiers: rules of kinds that no misconception file writes."""

from __future__ import annotations

from dataclasses import replace

from cloudlab.learning.network import Network, Rule, SecurityGroup

from .conftest import Judge


def tcp(port: int, *groups: str, cidrs: tuple[str, ...] = ()) -> Rule:
    return Rule("tcp", port, port, cidrs=cidrs, groups=groups)


FRONT = SecurityGroup("f", "anything", "v", (tcp(443, cidrs=("0.0.0.0/0",)),))
WEB = SecurityGroup("w", "iaas-web", "v", (tcp(443, "f"),))
DATABASE = SecurityGroup("d", "iaas-database", "v", (tcp(5432, "w"),))


def network(*groups: SecurityGroup) -> Network:
    return Network(groups=groups)


def test_other_names_and_https_are_as_good(judge: Judge) -> None:
    assert judge("iaas.tiers", network(FRONT, WEB, DATABASE)).passed


def test_two_groups_of_web_servers_are_as_good(judge: Judge) -> None:
    second = SecurityGroup("x", "iaas-web-2", "v", (tcp(80, "f"),))
    both = replace(DATABASE, ingress=(tcp(5432, "w", "x"),))
    assert judge("iaas.tiers", network(FRONT, WEB, second, both)).passed


def test_a_world_that_may_call_the_database_is_told(judge: Judge) -> None:
    open_ = replace(DATABASE, ingress=(tcp(5432, "w", cidrs=("0.0.0.0/0",)),))
    assert judge("iaas.tiers", network(FRONT, WEB, open_)).code == "by-address"


def test_a_world_over_ipv6_is_the_world_as_well(judge: Judge) -> None:
    web = replace(WEB, ingress=(tcp(443, "f", cidrs=("::/0",)),))
    assert judge("iaas.tiers", network(FRONT, web, DATABASE)).code == "web-open"


def test_web_servers_that_nobody_may_call_are_told(judge: Judge) -> None:
    web = replace(WEB, ingress=(tcp(22, "f"),))
    assert judge("iaas.tiers", network(FRONT, web, DATABASE)).code == "web-closed"


def test_a_front_that_the_world_cannot_call_is_told(judge: Judge) -> None:
    front = replace(FRONT, ingress=(tcp(443, cidrs=("10.0.0.0/8",)),))
    assert judge("iaas.tiers", network(front, WEB, DATABASE)).code == "front-closed"


def test_one_group_for_load_balancer_and_servers_is_open(judge: Judge) -> None:
    """The fault of the text that this section grew from."""
    shared = SecurityGroup("w", "web", "v", (tcp(80, cidrs=("0.0.0.0/0",)),))
    assert judge("iaas.tiers", network(shared, DATABASE)).code == "web-open"


def test_a_database_that_nobody_may_call_is_told(judge: Judge) -> None:
    assert judge("iaas.tiers", network(FRONT, WEB)).code == "no-database-rule"
    nobody = replace(DATABASE, ingress=(tcp(5432),))
    assert not judge("iaas.tiers", network(FRONT, WEB, nobody)).passed


def test_every_port_for_the_web_servers_is_not_the_databases_port(judge: Judge) -> None:
    wide = replace(DATABASE, ingress=(Rule("tcp", 0, 65535, groups=("w",)),))
    assert judge("iaas.tiers", network(FRONT, WEB, wide)).code == "no-database-rule"

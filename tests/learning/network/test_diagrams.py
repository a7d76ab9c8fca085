"""Diagrams: what is drawn, what is said instead, and labels that can't break the drawing."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from cloudlab.learning.diagrams import Diagram, diagram
from cloudlab.learning.network import (
    InternetGateway,
    NatGateway,
    Network,
    Route,
    RouteTable,
    Rule,
    Vpc,
)
from cloudlab.learning.network.mermaid import escape


def subnet_styles(drawn: Diagram) -> dict[str, str]:
    """Map each subnet's title to the style of its box."""
    titles = dict(re.findall(r'subgraph (subnet\d+)\["([^"]*)"\]', drawn.mermaid))
    styles = dict(re.findall(r"class (subnet\d+) (\w+)", drawn.mermaid))
    return {title: styles[id_] for id_, title in titles.items()}


def test_the_section_is_drawn_whole(made: Network) -> None:
    drawn = diagram(made).mermaid
    assert drawn.startswith("flowchart TB\n")
    assert drawn.count("subgraph") == len(re.findall(r"^\s*end$", drawn, re.M))
    for label in ("main-vpc 10.0.0.0/16", "zone a", "zone b", "internet gateway<br/>main-igw"):
        assert f'"{label}"' in drawn
    assert 'internet ==>|"tcp 80"| party1' in drawn
    assert 'party1 ==>|"tcp 80"| party2' in drawn
    assert 'party2 ==>|"tcp 5432"| party4' in drawn


def test_the_text_says_the_same(made: Network) -> None:
    text = diagram(made).text
    assert "    public-subnet-1, 10.0.1.0/24: public\n" in text
    assert "    private-subnet-2, 10.0.11.0/24: private, out by main-nat\n" in text
    assert "  load balancer main-alb, listens on 80; in public-subnet-1 and public-subnet-2" in text
    assert "  security group database-sg: in: tcp 5432 from group web-sg" in text
    assert text.endswith("  web-instance to database main-db: tcp 5432")


def test_the_description_for_screen_readers_is_the_text(made: Network) -> None:
    drawn = diagram(made)
    described = drawn.mermaid.split("accDescr {")[1].split("}")[0]
    assert [line.strip() for line in described.strip().splitlines()] == [
        line.strip() for line in drawn.text.splitlines()
    ]


def test_the_same_network_is_drawn_the_same_and_without_ids(made: Network) -> None:
    first, second = diagram(made), diagram(replace(made))
    assert first == second
    for id_ in ("i-1", "vpc-1", "igw-1", "rtb-1", "tg-1", "lb-1"):
        assert not re.search(rf"\b{id_}\b", first.mermaid + first.text)


def test_machines_that_are_alike_are_one_box(made: Network) -> None:
    together = replace(
        made, instances=tuple(replace(i, subnet="private-subnet-1") for i in made.instances)
    )
    assert "web-instance ×2" in diagram(together).text


def test_public_is_what_the_route_says_and_not_the_name(made: Network) -> None:
    swapped = {subnet.name: subnet.table for subnet in made.subnets}
    subnets = tuple(
        replace(s, table=swapped["public-subnet-1" if "private" in s.name else "private-subnet-1"])
        for s in made.subnets
    )
    drawn = diagram(replace(made, subnets=subnets, nats=()))
    assert subnet_styles(drawn)["private-subnet-1"] == "public"
    assert subnet_styles(drawn)["public-subnet-1"] == "broken"
    assert "private-subnet-1, 10.0.10.0/24: public\n" in drawn.text


def test_a_way_out_that_does_not_lead_on_is_said(made: Network) -> None:
    inside = NatGateway("nat-1", "main-nat", "vpc-1", "private-subnet-1")
    drawn = diagram(replace(made, nats=(inside,)))
    assert "private, its way out by main-nat does not lead on" in drawn.text
    assert subnet_styles(drawn)["private-subnet-1"] == "broken"


def test_a_detached_gateway_is_drawn_outside(made: Network) -> None:
    drawn = diagram(replace(made, gateways=(InternetGateway("igw-1", "main-igw"),)))
    assert "internet gateway<br/>main-igw, not attached" in drawn.mermaid
    assert "no internet gateway is attached" in drawn.text
    assert set(subnet_styles(drawn).values()) == {"private", "broken"} - {"private"}


def test_a_rule_by_address_is_told_from_one_by_group(made: Network) -> None:
    groups = tuple(
        replace(g, ingress=(Rule("tcp", 5432, 5432, ("10.0.0.0/16",)),))
        if g.name == "database-sg"
        else g
        for g in made.groups
    )
    text = diagram(replace(made, groups=groups)).text
    assert "web-instance to database main-db: tcp 5432 by address 10.0.0.0/16" in text
    assert "load balancer main-alb to database main-db: tcp 5432 by address" in text


def test_a_target_that_is_refused_is_drawn_so(made: Network) -> None:
    groups = tuple(replace(g, ingress=()) if g.name == "web-sg" else g for g in made.groups)
    drawn = diagram(replace(made, groups=groups))
    assert '-.-x|"registered in web-tg, refused"|' in drawn.mermaid


def test_no_network_is_a_sentence() -> None:
    drawn = diagram(Network())
    assert drawn.text == "There is no network yet: no VPC was found."
    assert drawn._repr_mimebundle_() == {"text/plain": drawn.text}


def test_a_network_with_nothing_in_it_is_drawn() -> None:
    drawn = diagram(Network(vpcs=(Vpc("vpc-1", "main-vpc", "10.0.0.0/16"),)))
    assert "nothing in it yet" in drawn.mermaid
    assert set(drawn._repr_mimebundle_()) == {"text/plain", "text/vnd.mermaid"}


def test_drawing_never_raises(odd: Network) -> None:
    drawn = diagram(odd)
    assert isinstance(drawn, Diagram)
    assert drawn.text
    ends = re.findall(r"^\s*(\w+) [<=.-][-=.x>]+\|?.*?(\w+)(?:\[.*)?$", drawn.mermaid, re.M)
    for id_ in {id_ for pair in ends for id_ in pair}:
        assert re.search(rf"\b{id_}[\[({{]", drawn.mermaid), f"{id_} is drawn by no line"
    assert drawn.mermaid.count("subgraph") == len(re.findall(r"^\s*end$", drawn.mermaid, re.M))


NASTY = 'x"]; end %% `#quot; <script> {{a}} |b| & \\ \n subgraph y --> z'


@pytest.mark.parametrize("label", [NASTY, "end", "click", '"', "1. list", "- item", "http://a"])
def test_a_label_is_no_syntax(label: str) -> None:
    written = escape(label)
    bare = re.sub(r"#\d+;", "", written)
    assert not set(bare) & set('"#;`<>{}[]()|&\\%\n')


def test_nasty_names_keep_the_drawing_whole(made: Network) -> None:
    plain = diagram(made).mermaid
    tables = RouteTable("rtb-9", NASTY, "vpc-1", routes=(Route("::/0", "other", NASTY),))
    nasty = replace(
        made,
        vpcs=tuple(replace(v, name=NASTY) for v in made.vpcs),
        subnets=tuple(replace(s, name=NASTY, table=tables, zone=NASTY) for s in made.subnets),
        instances=tuple(replace(i, name=NASTY) for i in made.instances),
    )
    drawn = diagram(nasty).mermaid
    assert drawn.count("accDescr {") == 1
    assert len(re.findall(r"^\s*end$", drawn, re.M)) == len(
        re.findall(r"^\s*subgraph ", drawn, re.M)
    )
    assert len(re.findall(r"^\s*subgraph ", plain, re.M)) >= 7

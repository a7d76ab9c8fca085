"""Graphs: what is drawn, what is said instead, and names that can't break the drawing."""

from __future__ import annotations

import re

import pytest

from cloudlab.learning.graph import OWNS, Graph, Node


def graph(*nodes: Node) -> Graph:
    graph = Graph("Things", "There is nothing.")
    for node in nodes:
        graph.add(node)
    return graph


@pytest.fixture
def shop() -> Graph:
    """A parent with a child that uses a store and another thing, and a tie to nothing."""
    shop = graph(
        Node("a", "Parent", "web", "1 of 1 ready", style="good", box="Shop"),
        Node("b", "Child", "web-1", "ready", box="Shop"),
        Node("c", "Store", "data", shape="store", box="Shop"),
        Node("d", "Place", "n1", shape="place"),
    )
    shop.tie("a", "b", OWNS)
    shop.tie("b", "c", "keeps data in")
    shop.tie("b", "d", "runs on", broken=True)
    shop.tie("b", "gone", "asks")
    return shop


def test_a_thing_stands_below_its_owner_and_says_what_it_does(shop: Graph) -> None:
    assert shop.draw().text.splitlines() == [
        "Shop",
        "  Parent web: 1 of 1 ready",
        "    Child web-1: ready; keeps data in Store data; runs on Place n1",
        "  Store data",
        "Place n1",
    ]


def test_the_picture_holds_the_same(shop: Graph) -> None:
    drawn = shop.draw().mermaid
    assert drawn.startswith("flowchart LR\n  accTitle: Things\n")
    for line in (
        'subgraph box0["Shop"]',
        'n1["Parent web<br/>1 of 1 ready"]',
        "class n1 good",
        'n3[("Store data")]',
        'n4{{"Place n1"}}',
        'n1 -->|"owns"| n2',
        'n2 -.-x|"runs on"| n4',
    ):
        assert line in drawn
    assert "asks" not in drawn
    described = drawn.split("accDescr {")[1].split("}")[0]
    told = [line.strip() for line in described.strip().splitlines()]
    assert told == [line.strip() for line in shop.draw().text.splitlines()]


def test_nothing_is_a_sentence() -> None:
    drawn = graph().draw()
    assert drawn.text == "There is nothing."
    assert drawn._repr_mimebundle_() == {"text/plain": drawn.text}


def test_owners_in_a_circle_are_told_once() -> None:
    circle = graph(Node("r", "R", "r"), Node("a", "A", "a"), Node("b", "B", "b"))
    for source, target in ("ra", "ab", "ba"):
        circle.tie(source, target, OWNS)
    assert circle.draw().text.splitlines() == ["R r", "  A a", "    B b"]


NASTY = 'x"]; end %% `#quot; <script> {{a}} |b| & \\ \n subgraph y --> z'


def test_nasty_names_keep_the_drawing_whole() -> None:
    nasty = graph(Node("a", NASTY, NASTY, NASTY, box=NASTY), Node("b", "end", "click"))
    nasty.title = NASTY
    nasty.tie("a", "b", NASTY)
    drawn = nasty.draw().mermaid
    assert drawn.count("accDescr {") == 1
    body = drawn.split("  }\n", 1)[1]
    assert len(re.findall(r"^\s*end$", body, re.M)) == len(re.findall(r"^\s*subgraph ", body, re.M))
    for label in re.findall(r'"([^"]*)"', body):
        assert not set(re.sub(r"#\d+;|<br/>", "", label)) & set("#;`<>{}[]()|&\\%\n")

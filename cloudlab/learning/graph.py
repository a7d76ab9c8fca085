"""Things and what ties them together: drawn as a Mermaid flowchart, told as an outline.

A cluster's objects and a stack's containers are such graphs. What owns what is told by
indentation; every other tie by a sentence.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from cloudlab.learning.diagrams import Diagram
from cloudlab.learning.network.mermaid import escape

#: The tie that says who made and keeps a thing.
OWNS = "owns"
_SHAPES = {"thing": '["{}"]', "door": '(["{}"])', "store": '[("{}")]', "place": '{{{{"{}"}}}}'}
_STYLES = (
    "classDef good fill:#dff3e4,stroke:#1a7f37,color:#111111",
    "classDef bad fill:#ffebe0,stroke:#b35900,color:#111111,stroke-dasharray:4",
)


@dataclass(frozen=True)
class Node:
    """One thing: its note says in words what its style says in colour."""

    id: str
    kind: str
    name: str
    note: str = ""
    shape: str = "thing"
    style: str = ""
    box: str = ""

    @property
    def title(self) -> str:
        """Kind and name, as in `Pod web-1`."""
        return f"{self.kind} {self.name}".strip()


@dataclass(frozen=True)
class Tie:
    """From one thing to another: `label` is what the first does to the second."""

    source: str
    target: str
    label: str
    broken: bool = False


@dataclass
class Graph:
    """What there is; ties that lead to nothing are left out."""

    title: str
    empty: str
    nodes: dict[str, Node] = field(default_factory=dict)
    ties: list[Tie] = field(default_factory=list)

    def add(self, node: Node) -> None:
        """One more thing; the first of an id stays."""
        self.nodes.setdefault(node.id, node)

    def tie(self, source: str, target: str, label: str, *, broken: bool = False) -> None:
        """One more tie."""
        self.ties.append(Tie(source, target, label, broken))

    @property
    def whole(self) -> list[Tie]:
        """The ties of which both ends are there."""
        return [one for one in self.ties if one.source in self.nodes and one.target in self.nodes]

    def draw(self) -> Diagram:
        """The picture, and the same as text."""
        if not self.nodes:
            return Diagram("", self.empty)
        text = "\n".join(outline(self))
        return Diagram("\n".join(mermaid(self, text)) + "\n", text)


def outline(graph: Graph) -> Iterator[str]:
    """Box by box, each thing below its owner, and what it does to others behind it."""
    owned = {one.target for one in graph.whole if one.label == OWNS}
    for box in dict.fromkeys(node.box for node in graph.nodes.values()):
        if box:
            yield _flat(box)
        for node in graph.nodes.values():
            if node.box == box and node.id not in owned:
                yield from _branch(graph, node, "  " if box else "", frozenset())


def _branch(graph: Graph, node: Node, indent: str, above: frozenset[str]) -> Iterator[str]:
    ties = [one for one in graph.whole if one.source == node.id]
    said: dict[str, list[str]] = {}
    for one in ties:
        if one.label != OWNS:
            said.setdefault(one.label, []).append(graph.nodes[one.target].title)
    told = [node.note, *(f"{label} {', '.join(names)}" for label, names in said.items())]
    text = "; ".join(filter(None, told))
    yield _flat(f"{indent}{node.title}{': ' if text else ''}{text}")
    for one in ties:
        if one.label == OWNS and one.target not in above:
            below = graph.nodes[one.target]
            yield from _branch(graph, below, f"{indent}  ", above | {node.id})


def mermaid(graph: Graph, described: str) -> Iterator[str]:
    """The flowchart's lines; `described` becomes its description for screen readers."""
    plain = str.maketrans({"{": "(", "}": ")", "%": " percent"})
    ids = {id_: f"n{number}" for number, id_ in enumerate(graph.nodes, start=1)}
    yield "flowchart LR"
    yield f"  accTitle: {_flat(graph.title.translate(plain))}"
    yield "  accDescr {"
    yield from (f"    {line}" for line in described.translate(plain).splitlines())
    yield "  }"
    yield from (f"  {style}" for style in _STYLES)
    for number, box in enumerate(dict.fromkeys(one.box for one in graph.nodes.values())):
        inside = [node for node in graph.nodes.values() if node.box == box]
        if box:
            yield f'  subgraph box{number}["{escape(box)}"]'
        yield from (f"    {line}" for node in inside for line in _drawn(node, ids[node.id]))
        if box:
            yield "  end"
    for one in graph.whole:
        arrow = "-.-x" if one.broken else "-->"
        yield f'  {ids[one.source]} {arrow}|"{escape(one.label)}"| {ids[one.target]}'


def _drawn(node: Node, id_: str) -> Iterator[str]:
    label = "<br/>".join(escape(text) for text in (node.title, node.note) if text)
    yield id_ + _SHAPES[node.shape].format(label)
    if node.style:
        yield f"class {id_} {node.style}"


def _flat(text: str) -> str:
    """On one line, with the indentation that it has."""
    return " ".join(text.splitlines())

"""The network as a Mermaid flowchart.

What is public is styled and *said*: colour never carries a fact alone. Every subnet holds a node
for its routes, so that edges start from nodes (Mermaid refuses an edge from a box to its own
contents) and an empty subnet is drawn too.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from .model import INTERNET, InternetGateway, Network, Subnet, Vpc
from .parties import WORLD, Flow, Party
from .routes import best_route, is_public, target_name, way_out

_STYLES = (
    "classDef public fill:#dff3e4,stroke:#1a7f37,color:#111111",
    "classDef private fill:#eef1f5,stroke:#57606a,color:#111111",
    "classDef broken fill:#ffebe0,stroke:#b35900,color:#111111,stroke-dasharray:4",
)
_PLAIN = set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 -_./:,×")
_SHAPES = {
    "load balancer": '(["{}"])',
    "instance": '["{}"]',
    "database": '[("{}")]',
}


def escape(label: str) -> str:
    """Write every character that Mermaid could read as syntax as an entity.

    >>> escape('web "1"; end')
    'web #34;1#34;#59; end'
    """
    flat = " ".join(label.split()).replace("://", ": //")
    return "".join(char if char in _PLAIN or ord(char) > 255 else f"#{ord(char)};" for char in flat)


class Ids:
    """Short names for nodes, by what they stand for: the ids of AWS are never drawn."""

    def __init__(self, network: Network, everyone: Sequence[Party]) -> None:
        self._names = {WORLD.id: "internet"}
        self._add("vpc", [vpc.id for vpc in network.vpcs])
        self._add("igw", [gateway.id for gateway in network.gateways])
        self._add("nat", [nat.id for nat in network.nats])
        self._add("subnet", [subnet.id for subnet in network.subnets])
        self._add("party", [party.id for party in everyone])
        for party in everyone:
            self._names |= dict.fromkeys(party.members, self._names[party.id])

    def _add(self, prefix: str, ids: Sequence[str]) -> None:
        for number, id_ in enumerate(ids, start=1):
            self._names.setdefault(id_, f"{prefix}{number}")

    def __getitem__(self, id_: str) -> str:
        return self._names[id_]

    def __contains__(self, id_: str) -> bool:
        return id_ in self._names


def mermaid(
    network: Network, everyone: Sequence[Party], flows: Sequence[Flow], described: str
) -> str:
    """Return the flowchart; `described` becomes its description for screen readers."""
    ids = Ids(network, everyone)
    lines = ["flowchart TB", *_accessible(network, described)]
    lines += [f"  {style}" for style in _STYLES]
    lines.append('  internet(("the internet"))')
    for vpc in network.vpcs:
        lines += [f"  {line}" for line in _vpc(network, vpc, everyone, ids)]
    lines += [f"  {line}" for line in _detached(network, ids)]
    lines += [f"  {line}" for line in _route_edges(network, ids)]
    lines += [f"  {line}" for line in _flow_edges(flows, ids)]
    return "\n".join(lines) + "\n"


def _accessible(network: Network, described: str) -> Iterator[str]:
    names = ", ".join(vpc.name for vpc in network.vpcs)
    plain = str.maketrans({"{": "(", "}": ")", "%": " percent"})
    yield "  accTitle: Network diagram of " + " ".join(names.translate(plain).split())
    yield "  accDescr {"
    yield from (f"    {line}" for line in described.translate(plain).splitlines())
    yield "  }"


def _box(id_: str, label: str, inside: Sequence[str]) -> list[str]:
    return [f'subgraph {id_}["{escape(label)}"]', *(f"  {line}" for line in inside), "end"]


def _vpc(network: Network, vpc: Vpc, everyone: Sequence[Party], ids: Ids) -> list[str]:
    inside = [_gateway(ids[g.id], g.name) for g in network.gateways if vpc.id in g.vpcs]
    inside += [_node(party, ids) for party in _spread(network, everyone, vpc)]
    subnets = [subnet for subnet in network.subnets if subnet.vpc == vpc.id]
    zones = enumerate(sorted({subnet.zone for subnet in subnets}), start=1)
    for number, zone in reversed(list(zones)):  # Mermaid puts the last one on the left
        boxes: list[str] = []
        for subnet in (subnet for subnet in subnets if subnet.zone == zone):
            boxes += _subnet(network, subnet, everyone, ids)
        inside += _box(f"{ids[vpc.id]}zone{number}", f"zone {zone}", boxes)
    label = vpc.name if vpc.cidr in vpc.name else f"{vpc.name} {vpc.cidr}"
    inside = inside or [f'{ids[vpc.id]}empty["nothing in it yet"]']
    return _box(ids[vpc.id], label, inside)


def _spread(network: Network, everyone: Sequence[Party], vpc: Vpc) -> list[Party]:
    """Return what stands in the VPC but in no one subnet: several of them, or an unknown one."""
    known = {(subnet.id,) for subnet in network.subnets}
    here = [party for party in everyone if party.vpc == vpc.id]
    return [party for party in here if party.kind != "instance" or party.subnets not in known]


def _gateway(id_: str, name: str) -> str:
    lines = dict.fromkeys(("internet gateway", name))
    return f'{id_}{{{{"{"<br/>".join(map(escape, lines))}"}}}}'


def _node(party: Party, ids: Ids) -> str:
    return ids[party.id] + _SHAPES[party.kind].format(escape(party.label))


def _subnet(network: Network, subnet: Subnet, everyone: Sequence[Party], ids: Ids) -> list[str]:
    id_ = ids[subnet.id]
    inside = [f'{id_}routes["{_way(network, subnet)}"]']
    for nat in (nat for nat in network.nats if nat.subnet == subnet.id):
        label = nat.name if nat.name == "NAT gateway" else f"NAT gateway {nat.name}"
        state = "" if nat.state == "available" else f", {nat.state}"
        inside.append(f'{ids[nat.id]}{{{{"{escape(label + state)}"}}}}')
    here = [p for p in everyone if p.kind == "instance" and p.subnets == (subnet.id,)]
    inside += [_node(party, ids) for party in here]
    way = way_out(network, subnet)
    style = "broken" if way.endswith("lead on") else way.split(",")[0]
    return [*_box(id_, subnet.name, inside), f"class {id_} {style}"]


def _way(network: Network, subnet: Subnet) -> str:
    """Label a subnet's routes: its box has only its name, as long titles would overlap."""
    main = "" if subnet.associated or subnet.table is None else " (main)"
    table = subnet.table.name if subnet.table else "no route table"
    lines = (subnet.cidr, way_out(network, subnet), f"routes: {table}{main}")
    return "<br/>".join(map(escape, lines))


def _is_inside(network: Network, gateway: InternetGateway) -> bool:
    return any(vpc.id in gateway.vpcs for vpc in network.vpcs)


def _detached(network: Network, ids: Ids) -> Iterator[str]:
    for gateway in network.gateways:
        if not _is_inside(network, gateway):
            yield _gateway(ids[gateway.id], f"{gateway.name}, not attached")
            yield f"class {ids[gateway.id]} broken"


def _route_edges(network: Network, ids: Ids) -> Iterator[str]:
    for gateway in network.gateways:
        if _is_inside(network, gateway):
            yield f"internet <--> {ids[gateway.id]}"
    for subnet in network.subnets:
        route = best_route(subnet.table, INTERNET)
        if route is None or route.kind == "local":
            continue
        start, told = f"{ids[subnet.id]}routes", escape(route.destination)
        if is_public(network, subnet):  # both ways, and drawn under its gateway
            yield f'{ids[route.target]} <-->|"{told}"| {start}'
        elif route.target in ids and not route.blackhole:
            yield f'{start} -->|"{told}"| {ids[route.target]}'
        else:
            gone = f"{ids[subnet.id]}gone"
            yield f'{start} -.->|"{told}"| {gone}["{escape(target_name(network, route))}"]'
            yield f"class {gone} broken"


def _flow_edges(flows: Sequence[Flow], ids: Ids) -> Iterator[str]:
    for flow in flows:
        arrow = "-.-x" if flow.refused else "==>"
        label = escape(flow.label)
        yield f'{ids[flow.source.id]} {arrow}|"{label}"| {ids[flow.target.id]}'

"""Routes: ways out of kinds that no misconception file writes."""

from __future__ import annotations

from cloudlab.learning.network import (
    InternetGateway,
    NatGateway,
    Network,
    Route,
    RouteTable,
    Subnet,
)
from cloudlab.learning.outcomes import Kind

from .conftest import Judge

LOCAL = Route("10.0.0.0/16", "local", "local")
MAIN = RouteTable("m", "main", "v", main=True, routes=(LOCAL,))


def table(*routes: Route) -> RouteTable:
    return RouteTable("t", "public", "v", routes=(LOCAL, *routes))


def to(destination: str, kind: str = "internet gateway", *, blackhole: bool = False) -> Route:
    return Route(destination, kind, "x", blackhole=blackhole)  # type: ignore[arg-type]


def network(out: RouteTable, *, attached: bool = True, nat: NatGateway | None = None) -> Network:
    """Two public subnets that use `out`, two private ones on the main table."""
    subnets = [
        Subnet(f"{kind}{n}", f"{kind}-{n}", "v", f"10.0.{n}.0/24", f"zone-{n}",
               table=out if kind == "public" else MAIN, associated=kind == "public",
               gives_public_addresses=kind == "public")
        for kind in ("public", "private") for n in (1, 2)
    ]  # fmt: skip
    gateway = InternetGateway("g", "gateway", ("v",) if attached else ())
    return Network(
        gateways=(gateway,), tables=(MAIN, out), subnets=tuple(subnets), nats=(nat,) if nat else ()
    )


def test_one_route_for_everything_passes(judge: Judge) -> None:
    assert judge("iaas.public-subnets", network(table(to("0.0.0.0/0")))).passed


def test_two_halves_are_as_good_as_the_whole(judge: Judge) -> None:
    halves = table(to("0.0.0.0/1"), to("128.0.0.0/1"))
    assert judge("iaas.public-subnets", network(halves)).passed


def test_half_the_internet_is_not_the_internet(judge: Judge) -> None:
    assert judge("iaas.public-subnets", network(table(to("0.0.0.0/1")))).code == "no-route"


def test_a_route_that_leads_to_nothing_is_no_way_out(judge: Judge) -> None:
    dead = table(to("0.0.0.0/0", blackhole=True))
    assert judge("iaas.public-subnets", network(dead)).code == "no-route"


def test_a_gateway_that_is_attached_to_nothing_is_told(judge: Judge) -> None:
    outcome = judge("iaas.public-subnets", network(table(to("0.0.0.0/0")), attached=False))
    assert outcome.code == "gateway-detached"


def test_another_target_is_told(judge: Judge) -> None:
    other = table(to("0.0.0.0/0", "NAT gateway"))
    assert judge("iaas.public-subnets", network(other)).code == "other-way"


def test_a_deleted_nat_gateway_counts_for_nothing(judge: Judge) -> None:
    gone = NatGateway("n", "nat", "v", "public1", state="deleted")
    outcome = judge("iaas.private-way-out", network(table(to("0.0.0.0/0")), nat=gone))
    assert outcome.kind is Kind.NOT_ATTEMPTED

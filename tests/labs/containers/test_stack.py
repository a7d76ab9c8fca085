"""Several containers: networks, orders and answers of kinds that no misconception file lists."""

from __future__ import annotations

from typing import Any

import pytest

from cloudlab.learning.outcomes import Kind
from cloudlab.learning.record import Observation

from .conftest import Box, Judge, ran, says, told

READY = {":8081/ready": says()}


def api(host: str = "db", **settings: Any) -> Box:
    url = f"postgresql://words:open-sesame@{host}:5432/words"
    return Box("containers-api-1", service="api", env={"DATABASE_URL": url}, **settings)


def database(**settings: Any) -> Box:
    given = {"networks": {"containers_default": ["db", "containers-db-1"]}, **settings}
    return Box("containers-db-1", service="db", **given)


@pytest.mark.parametrize("host", ["db", "containers-db-1"])
def test_a_name_of_the_network_passes(judge: Judge, host: str) -> None:
    assert judge("names", api(host), database(), web=READY).passed


@pytest.mark.parametrize(
    ("host", "code"),
    [
        ("localhost", "itself"),
        ("127.0.0.1", "itself"),
        ("[::1]", "itself"),
        ("172.18.0.2", "address"),
        ("[fd00::2]", "address"),
        ("database", "other-name"),
    ],
)
def test_a_place_that_is_not_the_database_is_told(judge: Judge, host: str, code: str) -> None:
    assert judge("names", api(host), database(), web=READY).code == code


def test_a_name_of_another_network_means_nothing(judge: Judge) -> None:
    apart = database(networks={"containers_back": ["db"]})
    assert judge("names", api(), apart).code == "apart"


def test_one_that_ended_is_told(judge: Judge) -> None:
    assert judge("names", api(), database(state="exited")).code == "one-missing"
    assert judge("names", database()).code == "one-missing"
    assert judge("names").kind is Kind.NOT_ATTEMPTED


def test_an_api_that_is_not_ready_yet_is_waited_for(judge: Judge) -> None:
    assert judge("names", api(), database()).kind is Kind.SETTLING
    assert judge("names", api(), database(), web={"/ready": says(503)}).kind is Kind.SETTLING


def watched(*looks: tuple[int, float | None], began: float = 10.0) -> list[Observation]:
    """The api's answers, and since when the database has answered, one look after the other."""
    id_ = api().id[:12]
    return told(
        *(
            {
                "api": [f"{id_} {began:.3f} {status}"],
                "database": [f"0123456789ab {since:.3f}"] if since else [],
            }
            for status, since in looks
        )
    )


def test_in_order_and_back_again_passes(judge: Judge) -> None:
    story = watched((200, 9.0), (503, None), (200, 30.0))
    outcome = judge("order", api(), observations=story)
    assert (outcome.passed, outcome.shows) == (True, "started")


def test_an_api_that_came_first_is_told(judge: Judge) -> None:
    story = watched((503, None), (200, 11.0), (503, None), (200, 30.0))
    assert judge("order", api(), observations=story).code == "too-early"


def test_a_database_that_never_went_away_proves_half(judge: Judge) -> None:
    assert judge("order", api(), observations=watched((200, 9.0))).kind is Kind.NOT_ATTEMPTED


def test_an_api_that_is_not_back_is_waited_for(judge: Judge) -> None:
    story = watched((200, 9.0), (503, None))
    assert judge("order", api(), observations=story).kind is Kind.SETTLING


def test_what_another_api_did_is_not_its_own(judge: Judge) -> None:
    other = told({"api": ["0123456789ab 10.000 200"], "database": ["0123456789ab 9.000"]})
    assert judge("order", api(), observations=other).kind is Kind.SETTLING


def pages(count: int) -> list[Box]:
    return [Box(f"containers-web-{number}", service="web") for number in range(1, count + 1)]


NGINX = Box("containers-nginx-1", service="nginx", image="nginx")


def test_three_that_answer_in_turn_pass(judge: Judge, monkeypatch: pytest.MonkeyPatch) -> None:
    web = pages(3)
    turn = iter([box.id[:12] for box in web] * 20)

    class Turns(dict[str, Any]):
        def items(self) -> Any:
            return [(":8083/", says(x_instance=f"web/{next(turn)}"))]

    assert judge("scale", *web, NGINX, web=Turns(other=1)).passed


def test_one_that_answers_for_three_is_told(judge: Judge) -> None:
    web = pages(3)
    answer = {":8083/": says(x_instance=web[0].id[:12])}
    assert judge("scale", *web, NGINX, web=answer).code == "not-all"


def test_too_few_and_none_are_told(judge: Judge) -> None:
    assert judge("scale", *pages(2), NGINX).code == "too-few"
    assert judge("scale", *pages(3)).kind is Kind.NOT_ATTEMPTED
    assert judge("scale", *pages(3), NGINX).kind is Kind.SETTLING


@pytest.mark.parametrize(
    "tail",
    [
        "Bind for 127.0.0.1:8080 failed: port is already allocated",
        "listen tcp 127.0.0.1:8080: bind: address already in use",
        "ports are not available: exposing port TCP 127.0.0.1:8080",
    ],
)
def test_every_engines_words_for_a_taken_port_are_known(judge: Judge, tail: str) -> None:
    commands = [ran("docker compose up -d --scale web=3", 1, tail)]
    assert judge("scale", *pages(1), NGINX, commands=commands).code == "refused-port"

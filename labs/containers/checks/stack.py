"""Several containers: how they find each other, who waits for whom, how many answer."""

from __future__ import annotations

from ipaddress import ip_address
from urllib.parse import urlsplit

from cloudlab.learning.checks import check
from cloudlab.learning.outcomes import Outcome, not_attempted, not_yet, passed, settling
from cloudlab.learning.view import LabView

from .engine import Container, of_service, running
from .facts import API_SECONDS, Api

ITSELF = {"localhost", "127.0.0.1", "::1"}
OK, NOBODY_BEHIND = 200, 500
ASKED = 40
WANTED = 3


@check("containers.names")
def names(lab: LabView) -> Outcome:
    """The api finds its database by a name, and says that it's ready."""
    api, database = running(lab, "api"), running(lab, "db")
    if api is None and database is None:
        return not_attempted("start the services of compose.yaml.")
    if api is None or database is None:
        return not_yet(
            "one-missing",
            seen=f"{'The api' if api is None else 'The database'} isn't running.",
            expected="an api and a database.",
            look="`docker compose ps -a`, and `docker compose logs` of the one that ended.",
        )
    return _where_it_looks(api, database) or _whether_ready(lab)


def _where_it_looks(api: Container, database: Container) -> Outcome | None:
    host = urlsplit(api.environment.get("DATABASE_URL", "")).hostname or ""
    if host in ITSELF:
        return not_yet(
            "itself",
            seen=f"The api looks for its database at {host}. In its container that's the api "
            "itself, and no database is there.",
            expected="the name by which the other container is known.",
            look="what does compose.yaml call the database's service?",
        )
    if _is_address(host):
        return not_yet(
            "address",
            seen="The api looks for its database at an address, which the next container won't "
            "have.",
            expected="a name, which stays.",
            look="`docker compose exec api nslookup db`",
        )
    if not api.networks & database.networks:
        return not_yet(
            "apart",
            seen="The api and the database share no network, so the name means nothing to the api.",
            expected="a network that both stand in.",
            look="`docker network ls`, and the networks of both in compose.yaml.",
        )
    if host not in _known_as(database, api.networks):
        return not_yet(
            "other-name",
            seen=f"The api looks for its database at {host!r}, and nobody on its network has "
            "that name.",
            expected="a name that the network knows.",
            look="what does compose.yaml call the database's service?",
        )
    return None


def _is_address(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


def _known_as(container: Container, networks: set[str]) -> set[str]:
    """The names that a container has on these networks."""
    stands = container.details["NetworkSettings"]["Networks"]
    aliases = (stands[name].get("Aliases") or () for name in networks & set(stands))
    return {container.name, *(alias for some in aliases for alias in some)}


def _whether_ready(lab: LabView) -> Outcome:
    answer = lab.http(f"http://127.0.0.1:{lab.ports['API_PORT']}/ready", timeout=API_SECONDS)
    if answer is None or answer.status != OK:
        return settling(
            "the api isn't ready yet",
            "`docker compose logs api`: what does it say of the database?",
        )
    return passed("The api finds its database by its name, and is ready.", shows="itself")


@check("containers.order")
def order(lab: LabView) -> Outcome:
    """The api starts after the database answers, and recovers by itself when it was away."""
    api = running(lab, "api")
    if api is None:
        return not_attempted("start the services of compose.yaml, from an empty database.")
    story = [
        (Api.read(observed.facts["api"][0]), observed.facts["database"])
        for observed in lab.observations
        if observed.facts.get("api") and api.id.startswith(observed.facts["api"][0].split()[0])
    ]
    answered = [float(lines[0].split()[1]) for _, lines in story if lines]
    if not answered:
        return settling("the database doesn't answer yet")
    if story[0][0].began < min(answered):
        return not_yet(
            "too-early",
            seen="The api's container began before the database answered.",
            expected="an api that begins when the database says that it's well.",
            look="started isn't ready: what does the api wait for?",
        )
    return _recovery([at.ready for at, _ in story])


def _recovery(answers: list[int]) -> Outcome:
    """Whether the api's own answers turned from ready to not ready and back."""
    if OK not in answers:
        return settling("the api isn't ready yet")
    after = answers[answers.index(OK) :]
    if all(status == OK for status in after):
        return not_attempted("it starts in order. Now stop the database, look, and start it.")
    if after[-1] != OK:
        return settling("the api isn't ready again yet", "is the database running again?")
    return passed(
        "The api began when the database answered; it said so while the database was away, and "
        "was ready again without being started anew.",
        shows="started",
    )


@check("containers.scale")
def scale(lab: LabView) -> Outcome:
    """Three containers of web answer behind one address."""
    web = [one for one in of_service(lab, "web") if one.running and one.composed]
    refused = _refused_port(lab)
    if len(web) < WANTED and refused:
        return refused
    if not web or running(lab, "nginx") is None:
        return not_attempted("start the services of compose.yaml, and ask for three of web.")
    if len(web) < WANTED:
        return not_yet(
            "too-few",
            seen=f"{len(web)} of web {'runs' if len(web) == 1 else 'run'}.",
            expected=f"{WANTED}.",
            look="`docker compose ps`",
        )
    return _who_answers(lab, web)


def _refused_port(lab: LabView) -> Outcome | None:
    last = lab.last("docker compose up")
    words = ("already allocated", "address already in use", "ports are not available")
    if last is None or last.succeeded or not any(word in last.tail for word in words):
        return None
    return not_yet(
        "refused-port",
        seen="The second container of web wanted the same port of this machine as the first, and "
        "was refused.",
        expected="containers that need no port of this machine: who calls them?",
        look="which of the two services do customers call?",
    )


def _who_answers(lab: LabView, web: list[Container]) -> Outcome:
    met = set()
    for _ in range(ASKED):
        answer = lab.http(f"http://127.0.0.1:{lab.ports['FRONT_PORT']}/")
        if answer is None or answer.status >= NOBODY_BEHIND:
            return settling("nginx doesn't answer yet, or nobody behind it")
        met.add(answer.headers.get("x-instance", "").rpartition("/")[2])
    known = {one.details["Config"]["Hostname"] for one in web}
    if len(met & known) < WANTED:
        return not_yet(
            "not-all",
            seen=f"{len(web)} of web run, and {len(met & known)} of them answered {ASKED} "
            "questions.",
            expected=f"answers of {WANTED}.",
            look="when did nginx ask for the addresses behind the name web?",
        )
    return passed("Three containers of web answer behind one address.", shows="nobody")

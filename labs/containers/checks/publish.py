"""Publishing: whether a way leads from this machine to a page in a container."""

from __future__ import annotations

from cloudlab.learning.checks import check
from cloudlab.learning.outcomes import Outcome, not_attempted, not_yet, passed, settling
from cloudlab.learning.view import LabView

from .engine import Container, containers

IMAGE = "containers/hello"
PORT = 3000
OK = 200


@check("containers.publish")
def publish(lab: LabView) -> Outcome:
    """The page in the container answers on this machine's port WEB_PORT."""
    ran = [one for one in containers(lab) if one.image.partition(":")[0] == IMAGE]
    if not ran:
        return not_attempted(f"run a container of {IMAGE}.")
    return _no_way_in(lab, ran[-1]) or _no_answer(lab, ran[-1]) or _answered(lab)


def _no_way_in(lab: LabView, container: Container) -> Outcome | None:
    if not container.running:
        return not_yet(
            "stopped",
            seen="The container isn't running.",
            expected="a container that runs, with a published port.",
            look="`docker logs`, and the message of the command that ran it.",
        )
    inside = container.published.get(lab.ports["WEB_PORT"])
    if inside == PORT:
        return None
    if inside is not None:
        return not_yet(
            "other-target",
            seen="Port WEB_PORT leads into the container, to a port where nobody listens.",
            expected=f"a way to port {PORT}, where the page is.",
            look="which side of the colon is this machine's?",
        )
    settings = container.details["HostConfig"]
    if settings["NetworkMode"] == "host":
        return not_yet(
            "no-wall",
            seen="The container stands in this machine's own network: there is no wall, and no "
            "door in it. WEB_PORT leads nowhere.",
            expected="a container with a network of its own, and one published port.",
            look="what does --network host do to all of the page's ports?",
        )
    if container.published or settings["PublishAllPorts"]:
        return not_yet(
            "other-port",
            seen="A port of this machine leads into the container, but it isn't WEB_PORT.",
            expected="port WEB_PORT, which the others were told.",
            look="`docker ps`, the column PORTS.",
        )
    return not_yet(
        "unpublished",
        seen="The page runs, and no port of this machine leads to it: EXPOSE opens nothing.",
        expected="port WEB_PORT of this machine published.",
        look="`docker ps`, the column PORTS: where is the arrow?",
    )


def _no_answer(lab: LabView, container: Container) -> Outcome | None:
    listening = container.listening
    if listening.get(PORT) is False:
        return not_yet(
            "loopback",
            seen="The port is published, but the page listens on 127.0.0.1 of its container, "
            "which nobody outside the container can reach.",
            expected="a page that listens on all of the container's addresses.",
            look="whose 127.0.0.1 is it? A container has one of its own.",
        )
    return None if listening.get(PORT) else settling("the page is starting")


def _answered(lab: LabView) -> Outcome:
    answer = lab.http(f"http://127.0.0.1:{lab.ports['WEB_PORT']}/")
    if answer is None:
        return settling("port WEB_PORT is published, and gives no answer yet")
    if answer.status != OK:
        return not_yet(
            "other-answer",
            seen=f"Port WEB_PORT answers {answer.status}.",
            expected=f"{OK}.",
            look="`docker logs` of your container.",
        )
    return passed(
        "Port WEB_PORT of this machine leads to the page, and it answers 200.", shows="inside"
    )

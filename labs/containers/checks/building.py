"""Images: which steps a build did anew, and what the last image carries with it."""

from __future__ import annotations

import re
from itertools import pairwise

from cloudlab.learning.checks import check
from cloudlab.learning.outcomes import Outcome, not_attempted, not_yet, passed, settling
from cloudlab.learning.view import LabView

from .engine import Container, containers, image
from .facts import WEB_IMAGE
from .steps import Step

ONE_STAGE = f"{WEB_IMAGE}:one-stage"
#: `npm run build` needs it, and nothing that runs does.
BUILD_TOOL = "esbuild"
#: A shell that doesn't find a program ends with 127, and a builder tells that.
NO_TOOL = re.compile(r"esbuild: not found|npm run build\W.{0,60}code:? 127")
ROOT = {"", "0", "root"}
MEGABYTE = 1_000_000


@check("containers.cache")
def cache(lab: LabView) -> Outcome:
    """After an edit of the code, a build takes the dependencies from before."""
    built = [[Step.read(line) for line in lines] for lines in lab.history("web image") if lines]
    if not built:
        return not_attempted("build the image, edit the page, and build it again.")
    edits = [(old, new) for old, new in pairwise(built) if _same_file(old, new)]
    if not edits or edits[-1][1] != built[-1]:
        return not_attempted("one build with this Dockerfile so far: edit the page, build again.")
    before, after = edits[-1]
    fetched = [step for step in after if step.fetches]
    if not fetched:
        return not_yet(
            "no-fetch",
            seen="No step of the image fetches the dependencies.",
            expected="a step that fetches them, as the page needs them.",
            look="`docker history containers/web`: which step runs npm ci?",
        )
    if not set(fetched) <= set(before):
        return not_yet(
            "fetched-again",
            seen="A word in the page changed, and the dependencies were fetched again.",
            expected="that step taken from the cache.",
            look="what does the line above npm ci copy? Did any of it change?",
        )
    return passed(
        "The page changed, and the dependencies are those of the build before.", shows="after"
    )


def _same_file(old: list[Step], new: list[Step]) -> bool:
    """Whether two images come from one Dockerfile: the same steps, whenever they were done."""
    return [step.what for step in old] == [step.what for step in new]


@check("containers.multi-stage")
def multi_stage(lab: LabView) -> Outcome:
    """The page runs from an image without development dependencies, and not as root."""
    ran = [one for one in containers(lab) if one.service == "web" and one.running]
    refused = _refused(lab)
    if refused:
        return refused
    if not ran:
        return not_attempted("build the image and run it.")
    return _what_it_carries(lab, ran[-1]) or _whether_it_answers(lab)


def _refused(lab: LabView) -> Outcome | None:
    """A build that failed says why only in its own words."""
    last = lab.last("docker build")
    if last is None or last.succeeded or not NO_TOOL.search(last.tail):
        return None
    return not_yet(
        "refused-build-tool",
        seen=f"The build failed: npm run build wants {BUILD_TOOL}, a development dependency, and "
        "only the others were installed.",
        expected="a first stage with all that the build needs.",
        look="which dependencies does the build need, and which the page that runs?",
    )


def _what_it_carries(lab: LabView, container: Container) -> Outcome | None:
    settings = container.details["Config"]
    if container.holds(f"{settings['WorkingDir'].rstrip('/')}/node_modules/{BUILD_TOOL}"):
        return not_yet(
            "development",
            seen=f"The image that runs holds {BUILD_TOOL}, which only the build needs.",
            expected="the dependencies of the running page, and no others.",
            look="which node_modules does the last stage get, and from where?",
        )
    if settings["User"].partition(":")[0] in ROOT:
        return not_yet(
            "root",
            seen="The page runs as root.",
            expected="a user without rights. The image that yours starts from brings one: node.",
            look="`docker exec containers-web id`",
        )
    return _hidden_below(lab, container)


def _hidden_below(lab: LabView, container: Container) -> Outcome | None:
    """What a later layer removes is still in the one below it, and is still sent and stored."""
    before, now = image(lab, ONE_STAGE), image(lab, container.details["Image"])
    if before is None or now is None or now["Size"] < before["Size"] - MEGABYTE:
        return None
    return not_yet(
        "hidden",
        seen="The development dependencies are out of sight, and the image is no smaller: a "
        "layer below still holds them.",
        expected="an image that never held them.",
        look="`docker history containers/web`: which step adds most?",
    )


def _whether_it_answers(lab: LabView) -> Outcome:
    answer = lab.http(f"http://127.0.0.1:{lab.ports['WEB_PORT']}/")
    if answer is None:
        return settling("the page is starting", "`docker logs containers-web`")
    if answer.status != 200:
        return not_yet(
            "no-page",
            seen=f"The image is small, and its page answers {answer.status}.",
            expected="200 at port WEB_PORT.",
            look="`docker logs containers-web`",
        )
    return passed(
        "The page answers; it doesn't run as root, carries no development dependencies, and its "
        "image is smaller than the one of one stage.",
        shows="copied",
    )

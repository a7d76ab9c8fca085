"""Images: histories of both builders, and images of kinds that no misconception file lists."""

from __future__ import annotations

from typing import Any

import pytest

from cloudlab.learning.outcomes import Kind

from .conftest import Box, Judge, ran, says, told

COPY_PACKAGES = "COPY package*.json ./"
FILE = ["ENV PATH=/bin", COPY_PACKAGES, "RUN npm ci", "COPY . .", "RUN npm run build"]


def image(*times: int, file: list[str] | None = None) -> dict[str, Any]:
    """The facts of a web image whose steps were carried out at these times."""
    return {"web image": [f"{at} {what}" for at, what in zip(times, file or FILE, strict=True)]}


def test_packages_from_the_build_before_pass(judge: Judge) -> None:
    story = told(image(1, 2, 3, 4, 5), image(1, 2, 3, 9, 10))
    outcome = judge("cache", observations=story)
    assert (outcome.passed, outcome.shows) == (True, "after")


def test_packages_fetched_anew_are_told(judge: Judge) -> None:
    story = told(image(1, 2, 3, 4, 5), image(1, 2, 9, 9, 10))
    assert judge("cache", observations=story).code == "fetched-again"


def test_any_step_that_fetches_counts(judge: Judge) -> None:
    file = [*FILE[:4], "RUN npm install && npm run build"]
    story = told(image(1, 2, 3, 4, 5, file=file), image(1, 2, 3, 9, 10, file=file))
    assert judge("cache", observations=story).code == "fetched-again"


def test_a_copied_folder_of_packages_is_a_step_that_fetches(judge: Judge) -> None:
    file = ["COPY /app/node_modules ./node_modules", "COPY . ."]
    story = told(image(1, 2, file=file), image(1, 9, file=file))
    assert judge("cache", observations=story).passed


def test_without_packages_nothing_is_saved(judge: Judge) -> None:
    file = ["COPY . .", "RUN node --check src/main.js"]
    story = told(image(1, 2, file=file), image(8, 9, file=file))
    assert judge("cache", observations=story).code == "no-fetch"


def test_one_build_proves_nothing(judge: Judge) -> None:
    assert judge("cache", observations=told(image(1, 2, 3, 4, 5))).kind is Kind.NOT_ATTEMPTED


def test_two_dockerfiles_are_not_compared(judge: Judge) -> None:
    other = ["COPY . .", "RUN npm ci"]
    story = told(image(1, 2, 3, 4, 5), image(1, 2, 3, 8, 9), image(1, 2, file=other))
    assert judge("cache", observations=story).kind is Kind.NOT_ATTEMPTED


def test_no_image_is_no_try(judge: Judge) -> None:
    assert judge("cache", observations=told({"web image": []})).kind is Kind.NOT_ATTEMPTED


SIZES = {"containers/web:one-stage": {"Size": 250_000_000}, "containers/web": {"Size": 220_000_000}}


def test_a_small_page_that_answers_passes(judge: Judge) -> None:
    outcome = judge("multi-stage", Box("containers-web"), images=SIZES, web={":8080/": says()})
    assert (outcome.passed, outcome.shows) == (True, "copied")


def test_without_the_other_image_there_is_no_size_to_compare(judge: Judge) -> None:
    assert judge("multi-stage", Box("containers-web"), web={":8080/": says()}).passed


@pytest.mark.parametrize("user", ["", "0", "root", "0:0", "root:node"])
def test_every_way_to_be_root_is_one(judge: Judge, user: str) -> None:
    box = Box("containers-web", config={"User": user})
    assert judge("multi-stage", box, images=SIZES, web={":8080/": says()}).code == "root"


@pytest.mark.parametrize("folder", ["/app", "/srv/page/"])
def test_tools_are_found_wherever_the_page_lies(judge: Judge, folder: str) -> None:
    tool = f"{folder.rstrip('/')}/node_modules/esbuild"
    box = Box("containers-web", config={"WorkingDir": folder}, files={tool})
    assert judge("multi-stage", box, images=SIZES).code == "development"


def test_what_is_hidden_still_weighs(judge: Judge) -> None:
    heavy = SIZES | {"containers/web": {"Size": 250_100_000}}
    assert judge("multi-stage", Box("containers-web"), images=heavy).code == "hidden"


@pytest.mark.parametrize(
    "tail",
    [
        "sh: 1: esbuild: not found",
        "The command '/bin/sh -c npm run build' returned a non-zero code: 127",
        "executor failed running [/bin/sh -c npm run build]: exit code: 127",
        'process "/bin/sh -c npm run build" did not complete successfully: exit code: 127',
    ],
)
def test_both_builders_words_for_a_missing_tool_are_known(judge: Judge, tail: str) -> None:
    commands = [ran("docker build -t containers/web web", 1, tail)]
    outcome = judge("multi-stage", Box("containers-web"), commands=commands)
    assert outcome.code == "refused-build-tool"


def test_another_failure_is_no_missing_tool(judge: Judge) -> None:
    commands = [ran("docker build -t containers/web web", 1, "no space left on device")]
    assert judge("multi-stage", commands=commands).kind is Kind.NOT_ATTEMPTED


def test_a_page_that_answers_an_error_is_told(judge: Judge) -> None:
    outcome = judge("multi-stage", Box("containers-web"), web={":8080/": says(500)})
    assert outcome.code == "no-page"

"""The application's images against those of the Dockerfiles with which the section began.

Those name other bases, and don't build as they stand. They're mended as little as it takes, and
given our bases: what is left of the difference is ours.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

from cloudlab.authoring.application import CannotBuild, Stack
from cloudlab.authoring.bench.measures import Found, LeftOut, Measure
from cloudlab.lab.paths import paths

#: Ours may not be larger.
BOUND = 1.0
#: What stands there → what builds, on our bases. What `apk` added isn't: it makes theirs smaller.
MENDS = {
    "web": {
        "FROM node:16-alpine": "FROM {NODE_IMAGE}",
        "npm ci --only=production": "npm ci",  # else the build lacks its tools
        "RUN addgroup -g 1001 -S nodejs\n": "RUN groupadd --gid 1001 nodejs\n",
        "RUN adduser -S nextjs -u 1001\n": "RUN useradd --uid 1001 --gid nodejs nextjs\n",
    },
    "api": {
        "FROM golang:1.19-alpine": "FROM {GOLANG_IMAGE}",
        "FROM alpine:latest": "FROM {ALPINE_IMAGE}",
        "RUN apk add --no-cache git\n": "",
        "RUN apk --no-cache add ca-certificates\n": "",
        "go build -a ": "go build ",  # compiling all anew takes minutes, and gives the same
    },
}


def measures(app: Stack) -> Iterator[Found]:
    """The size of each image that has such a counterpart, and the ratio; `app` is built."""
    for name in MENDS:
        if not dockerfile(name).exists():
            yield LeftOut(f"{name}'s image beside the first one", "its Dockerfile isn't here")
            continue
        try:
            build(app, name)
        except CannotBuild as error:
            yield LeftOut(f"{name}'s image beside the first one", f"it can't be built: {error}")
            continue
        ours, theirs = app.size(name), app.size(f"first-{name}")
        yield Measure(f"{name}'s image, its base included", ours / 1e6, "MB")
        yield Measure(
            f"{name}'s image / the first Dockerfile's, same bases", ours / theirs, "×", BOUND
        )


def dockerfile(name: str) -> Path:
    """The Dockerfile with which the section began: kept for the tests, as it was."""
    return paths().root / "tests" / "labs" / "containers" / "app" / "seed" / f"{name}.Dockerfile"


def mended(name: str, images: dict[str, str]) -> str:
    """Its text, so that it builds on our bases."""
    text = dockerfile(name).read_text()
    for found, instead in MENDS[name].items():
        text = text.replace(found, instead.format_map(images) if "{" in instead else instead)
    return text


def build(app: Stack, name: str) -> None:
    """Build our sources by it; raises `CannotBuild`."""
    folder = app.folder.parent / f"first-{name}"
    shutil.copytree(app.folder / name, folder)
    (folder / "Dockerfile").write_text(mended(name, app.environment))
    label = f"--label=cloudlab.section={app.project}"
    app.building("docker", "build", "--tag", app.tag(f"first-{name}"), label, str(folder))

"""One Dockerfile, two builders, one text of its steps."""

from __future__ import annotations

import sys

import pytest

from cloudlab.learning.checks import load_room

load_room("containers")
steps = sys.modules["labs_containers_checks.steps"]


@pytest.mark.parametrize(
    ("created_by", "text"),
    [
        ("RUN /bin/sh -c npm ci # buildkit", "RUN npm ci"),
        ("/bin/sh -c npm ci", "RUN npm ci"),
        ("RUN |1 NODE_ENV=production /bin/sh -c npm ci # buildkit", "RUN npm ci"),
        ("|1 NODE_ENV=production /bin/sh -c npm ci", "RUN npm ci"),
        ("COPY package*.json ./ # buildkit", "COPY package*.json ./"),
        ('/bin/sh -c #(nop)  CMD ["node"]', 'CMD ["node"]'),
        ("/bin/sh -c #(nop) COPY multi:0a1b2c in ./ ", "COPY in ./"),
        ("/bin/sh -c #(nop) COPY dir:0a1b2c in /app ", "COPY in /app"),
        ("", ""),
    ],
)
def test_a_step_reads_as_in_its_dockerfile(created_by: str, text: str) -> None:
    assert steps.plain(created_by) == text


def test_a_step_survives_the_story() -> None:
    step = steps.Step(17, "RUN npm ci --omit=dev")
    assert steps.Step.read(str(step)) == step
    assert step.fetches

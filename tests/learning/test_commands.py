"""Command lines: which command they run, whatever flags and values stand in between."""

from __future__ import annotations

import pytest

from cloudlab.learning.commands import runs, simple_commands

RUN = [
    ("terraform apply -auto-approve", "terraform apply"),
    ("cd net && TF_LOG=info terraform -chdir=. apply", "terraform apply"),
    ("docker --context x build -t web .", "docker build"),
    ("docker -D build .", "docker build"),
    ("docker image build .", "docker build"),
    ("docker buildx build --load .", "docker build"),
    ("time docker build .", "docker build"),
    ("docker container run x", "docker run"),
    ("docker run --rm -d --name x containers/web", "docker run containers/web"),
    ("docker -H unix:///x compose -f a.yaml -p b up -d --build", "docker compose up"),
    ("docker compose --profile x up --build", "docker compose up --build"),
    ("kubectl -n shop apply -f x", "kubectl apply"),
    ("kubectl --namespace=shop rollout undo deployment/web", "kubectl rollout undo"),
    ("kubectl rollout -n shop undo deployment/web", "kubectl rollout undo"),
    ("kubectl scale --replicas 3 deployment/web", "kubectl scale deployment/web"),
    ("cat f.yaml | kubectl apply -f -", "kubectl apply"),
    ("kubectl get pods -n shop > out.txt", "kubectl get pods"),
    ("docker run 'not closed", "docker run"),
]
NOT_RUN = [
    ("echo docker build", "docker build"),
    ("docker builder prune", "docker build"),
    ("docker", "docker build"),
    ("docker compose up -d", "docker compose up --build"),
    ("docker compose pull up", "docker compose up"),
    ("docker compose up", "docker up"),
    ("kubectl -n apply get pods", "kubectl apply"),
    ("""kubectl patch d -p '{"a": "b; docker build"}'""", "docker build"),
    ("terraform applying", "terraform apply"),
    ("", "docker build"),
]


@pytest.mark.parametrize(("line", "command"), RUN)
def test_the_command_is_found_in_the_line(line: str, command: str) -> None:
    assert runs(line, command)


@pytest.mark.parametrize(("line", "command"), NOT_RUN)
def test_another_one_is_not_taken_for_it(line: str, command: str) -> None:
    assert not runs(line, command)


def test_a_line_is_taken_apart_at_what_joins_commands() -> None:
    line = "cd web && A=1 npm ci; echo 'a && b' | tee log || false"
    assert list(simple_commands(line)) == [
        ["cd", "web"],
        ["npm", "ci"],
        ["echo", "a && b"],
        ["tee", "log"],
        ["false"],
    ]

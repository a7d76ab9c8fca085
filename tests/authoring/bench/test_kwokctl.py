"""kwokctl's cluster: what it's told, when it counts as usable, and that nothing of it is left."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from cloudlab.authoring.bench import kwokctl
from cloudlab.authoring.bench.kwokctl import Bare
from cloudlab.lab.cluster.api import Refused

PROGRAMS = {name: Path("/tools") / name for name in ("kwokctl", *kwokctl.BINARIES.values())}


class Commands:
    """kwokctl as it was called; `scale` is refused as often as that."""

    def __init__(self) -> None:
        self.argv: list[list[str]] = []
        self.env: dict[str, str] = {}
        self.refusals = 0

    def __call__(
        self, argv: list[str], env: dict[str, str], **how: Any
    ) -> subprocess.CompletedProcess[str]:
        self.argv.append(argv)
        self.env = env
        refused = "scale" in argv and self.refusals > 0
        self.refusals -= refused
        return subprocess.CompletedProcess(argv, int(refused), "", "not yet")

    @property
    def verbs(self) -> list[str]:
        return [one[2] for one in self.argv]


class Answers:
    """An API that answers, one after another, what the cluster holds; usable as `Api`."""

    def __init__(self, *answers: Any) -> None:
        self.answers = list(answers)

    def __call__(self, port: int, certificates: Path) -> Answers:
        return self

    def __enter__(self) -> Answers:
        return self

    def __exit__(self, *error: object) -> None:
        pass

    def items(self, path: str) -> Any:
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer


@pytest.fixture
def commands(monkeypatch: pytest.MonkeyPatch, checkout: Path) -> Commands:
    found = Commands()
    monkeypatch.setattr(kwokctl.subprocess, "run", found)
    monkeypatch.setattr(kwokctl, "POLL_SECONDS", 0)
    return found


def node(*taints: str, ready: bool = True) -> dict[str, Any]:
    conditions = [{"type": "Ready", "status": str(ready)}]
    return {
        "spec": {"taints": [{"key": key} for key in taints]},
        "status": {"conditions": conditions},
    }


NODES, ACCOUNTS = [node("other"), node(), node()], [{}]


def test_it_gets_the_labs_own_binaries_and_nothing_of_the_learners(
    commands: Commands, tmp_path: Path
) -> None:
    Bare(tmp_path, PROGRAMS, 6000).create()
    [argv] = commands.argv
    assert argv[:4] == ["/tools/kwokctl", f"--name={kwokctl.NAME}", "create", "cluster"]
    assert "--kwok-controller-binary=/tools/kwok" in argv
    assert "--etcd-binary=/tools/etcd" in argv
    assert "--kube-apiserver-port=6000" in argv
    assert f"--kubeconfig={tmp_path}/kubeconfig" in argv
    assert commands.env["HOME"] == str(tmp_path)
    assert commands.env["KWOK_WORKDIR"].startswith(str(tmp_path))
    assert "bindAddress: 127.0.0.1" in (tmp_path / "kwokctl.yaml").read_text()


@pytest.mark.parametrize(
    ("answers", "usable"),
    [
        ([NODES, ACCOUNTS], True),
        ([NODES, []], False),
        ([NODES[:2], ACCOUNTS], False),
        ([[*NODES[:2], node(ready=False)], ACCOUNTS], False),
        ([[*NODES[:2], node(kwokctl.NOT_READY)], ACCOUNTS], False),
        ([ConnectionRefusedError()], False),
        ([Refused(403, "not yet")], False),
    ],
    ids=["all", "no account", "two nodes", "not ready", "tainted", "silent", "refused"],
)
def test_it_is_usable_when_a_pod_could_run(answers: list[Any], usable: bool) -> None:
    assert kwokctl.usable(Answers(*answers)) is usable  # type: ignore[arg-type]


def test_a_start_is_timed_to_both_points_and_the_cluster_deleted(
    commands: Commands, monkeypatch: pytest.MonkeyPatch
) -> None:
    commands.refusals = 2
    monkeypatch.setattr(kwokctl, "Api", Answers([], [], NODES, ACCOUNTS))
    found = kwokctl.start(PROGRAMS)
    assert 0 < found.created < found.usable
    assert commands.verbs == ["create", "scale", "scale", "scale", "delete"]
    assert not Path(commands.env["HOME"]).exists()


def test_a_cluster_that_takes_no_pod_is_given_up_and_deleted(
    commands: Commands, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kwokctl, "LIMIT_SECONDS", 0.0)
    monkeypatch.setattr(kwokctl, "Api", Answers(OSError()))
    with pytest.raises(RuntimeError, match="took no pod"):
        kwokctl.start(PROGRAMS)
    assert commands.verbs == ["create", "scale", "delete"]


def test_no_process_of_the_folders_is_left_whatever_kwokctl_says(
    tmp_path: Path, checkout: Path
) -> None:
    program = tmp_path / "etcd"
    program.symlink_to(sys.executable)
    code = "import time; print(1, flush=True); time.sleep(60)"
    stray = subprocess.Popen([program, "-c", code], stdout=subprocess.PIPE)
    assert stray.stdout
    stray.stdout.readline()
    other = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
    try:
        Bare(tmp_path, {"kwokctl": Path("/nowhere/kwokctl")}, 0).delete()
        assert stray.wait(5) is not None, "it would sleep for a minute"
        assert other.poll() is None
    finally:
        for one in (stray, other):
            one.kill()
            one.wait()
        stray.stdout.close()


@pytest.mark.lab
@pytest.mark.section("kubernetes")
def test_a_real_one_starts_and_leaves_nothing() -> None:
    found = kwokctl.start(kwokctl.programs())
    assert found.created < found.usable < kwokctl.LIMIT_SECONDS

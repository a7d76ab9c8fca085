"""A shell inside the lab: safe in any shell, whatever the learner's own files set."""

import os
import subprocess
from pathlib import Path

import pytest

from cloudlab.lab import terminal
from cloudlab.lab.paths import paths
from cloudlab.lab.state import LabState, PartState

REAL = {
    "AWS_PROFILE": "real",
    "AWS_ACCESS_KEY_ID": "AKIAREALONE",
    "TF_VAR_db_password": "real\nAWS_LINE=two",
    "KUBECONFIG": "/real/config",
    "DOCKER_HOST": "tcp://real.example:2375",
    "http_proxy": "http://real.example:3128",
    "HTTPS_PROXY": "http://real.example:3128",
    "NO_PROXY": "real.example",
}


@pytest.fixture(autouse=True)
def own_state(monkeypatch, tmp_path):
    """In a folder whose name a shell would take apart."""
    monkeypatch.setenv("LAB_STATE_DIR", str(tmp_path / "it's; a lab"))


def up() -> LabState:
    gateway = PartState("aws-endpoint", "", "Caddy", "real", endpoint="http://127.0.0.1:4599")
    return LabState(parts={"aws-endpoint": gateway})


def variables(argv: list[str], script: str, **given: str) -> dict[str, str]:
    """What `env` prints at the end of the script."""
    done = subprocess.run(
        argv, input=f"{script}\nenv\n", env={"PATH": os.environ["PATH"], **given},
        capture_output=True, text=True, check=True, start_new_session=True,
    )  # fmt: skip
    return dict(line.split("=", 1) for line in done.stdout.splitlines() if "=" in line)


@pytest.mark.parametrize("shell", ["bash", "sh"])
def test_a_shell_of_the_learners_becomes_the_labs(shell):
    found = variables([shell, "-eu"], terminal.shell_lines(up()), **REAL, KEEP="me")
    assert [name for name, value in found.items() if "real" in value.lower()] == []
    assert found["KEEP"] == "me"
    assert found["AWS_ENDPOINT_URL"] == "http://127.0.0.1:4599"
    assert found["KUBECONFIG"] == f"{paths().state}/kubeconfig"
    assert found["PATH"].startswith(f"{paths().state}/bin:")
    assert found["PATH"].endswith(f":{os.environ['PATH']}")
    assert "_name" not in found


def test_a_terminal_is_safe_in_spite_of_the_learners_bashrc(tmp_path):
    (tmp_path / ".bashrc").write_text("export AWS_PROFILE=production GREETING=hello\n")
    terminal.lay(up())
    found = variables(terminal.command(), "", HOME=str(tmp_path))
    assert found["GREETING"] == "hello"
    assert "AWS_PROFILE" not in found
    assert found["AWS_ENDPOINT_URL"] == "http://127.0.0.1:4599"


def test_without_bash_the_plain_shell_reads_the_same_file(tmp_path, monkeypatch):
    terminal.lay(up())
    monkeypatch.setattr(terminal.shutil, "which", lambda name: None)
    argv = terminal.command()
    assert argv[-2:] == ["/bin/sh", "-i"]
    assert variables(argv, "", HOME=str(tmp_path), **REAL)["AWS_ACCESS_KEY_ID"] == "test"


def test_what_it_reads_is_the_users_alone_and_goes_with_the_lab():
    terminal.lay(up())
    file = Path(paths().state / "terminal.rc")
    assert file.stat().st_mode & 0o777 == 0o600
    terminal.forget()
    assert not file.exists()
    terminal.forget()

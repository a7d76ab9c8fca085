"""Promise 4: nothing leaves the machine.

With the lab down, and in a shell full of real-looking keys, clusters and proxies, every cell of
every solved notebook is run where a name that's asked for and an address that's tried are seen.
"""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

import nbformat
import pytest

from cloudlab.lab.environment import safe_environment
from cloudlab.lab.tools.terraform import configuration, find_mirrors
from cloudlab.learning.sections import load_section, section_names
from cloudlab.learning.solutions import solved_notebook

SEALED = Path(__file__).with_name("sealed.py")
ROOT = Path(__file__).resolve().parents[2]
#: Terraform goes on asking a dead endpoint for half a minute; it has asked once before this.
CELL_SECONDS = 5
CLUSTER = """\
apiVersion: v1
kind: Config
current-context: real
clusters: [{name: real, cluster: {server: "https://cluster.corp.example:6443"}}]
contexts: [{name: real, context: {cluster: real, user: me}}]
users: [{name: me, user: {token: real}}]
"""
PROFILE = """\
[profile production]
region = eu-central-1
role_arn = arn:aws:iam::123456789012:role/admin
source_profile = base
[profile base]
aws_access_key_id = AKIAIOSFODNN7EXAMPLE
aws_secret_access_key = wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY
"""
#: What each of these would call is found out by the control below.
CARELESS = [
    "import boto3\nboto3.client('s3').list_buckets()",
    "!kubectl get pods --request-timeout=3s",
    "!docker ps",
]


@pytest.fixture
def shell(tmp_path: Path) -> dict[str, str]:
    """The environment of a working engineer, in a home of their own; the lab is down."""
    home = tmp_path / "home"
    for name, text in {
        ".aws/config": PROFILE,
        ".kube/config": CLUSTER,
        "kubeconfig": CLUSTER,
    }.items():
        (home / name).parent.mkdir(parents=True, exist_ok=True)
        (home / name).write_text(text)
    kept = {name: os.environ[name] for name in ("PATH", "LANG") if name in os.environ}
    return {
        **kept,
        "HOME": str(home),
        "PYTHONPATH": str(ROOT),
        "LAB_STATE_DIR": str(tmp_path / "state"),
        "LAB_WORK_DIR": str(tmp_path / "work"),
        "LAB_DATA_DIR": str(tmp_path / "data"),
        "AWS_PROFILE": "production",
        "AWS_ACCESS_KEY_ID": "AKIAIOSFODNN7EXAMPLE",
        "AWS_SECRET_ACCESS_KEY": "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
        "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS": "true",
        "AWS_ENDPOINT_URL_S3": "https://s3.corp.example",
        "KUBECONFIG": str(home / "kubeconfig"),
        "DOCKER_HOST": "tcp://docker.corp.example:2375",
        "HTTPS_PROXY": "http://proxy.corp.example:3128",
        "HTTP_PROXY": "http://proxy.corp.example:3128",
    }


@pytest.fixture(scope="session")
def unshare() -> list[str]:
    """The command that makes the room; skips where the system doesn't allow one."""
    wanted = "unshare", "ip", "mount"
    if missing := [name for name in wanted if not shutil.which(name)]:
        pytest.skip(f"no {', '.join(missing)} here: namespaces are Linux's")
    user = [] if os.geteuid() == 0 else ["--user", "--map-root-user"]
    words = ["unshare", *user, "--net", "--mount"]
    tried = subprocess.run(
        [*words, "ip", "link", "set", "lo", "up"], capture_output=True, text=True
    )
    if tried.returncode:
        pytest.skip(f"namespaces aren't allowed here: {tried.stderr.strip()}")
    return words


def sealed(
    unshare: list[str], folder: Path, environment: dict[str, str], notebooks: list[Path]
) -> dict[str, Any]:
    """What the notebooks did in the sealed room."""
    words = [*unshare, sys.executable, SEALED, folder, str(CELL_SECONDS), *notebooks]
    run = subprocess.run(words, env=environment, cwd=folder, capture_output=True, text=True)
    assert run.returncode == 0, run.stderr[-3000:]
    seen: dict[str, Any] = json.loads(run.stdout.splitlines()[-1])
    return seen


def foreign(names: list[Any]) -> list[Any]:
    """The questions that aren't about this machine.

    A program may ask what its own machine is called: that tells nobody anything, and isn't a
    call. So may it ask whose 127.0.0.1 is.
    """
    own = {socket.gethostname().lower(), "localhost"}
    return [
        [name, cells]
        for name, cells in names
        if name.lower().split(".")[0] not in own and not name.endswith(".127.in-addr.arpa")
    ]


def written(folder: Path, *cells: str) -> Path:
    """A notebook of these cells."""
    file = folder / "careless.ipynb"
    made = [nbformat.v4.new_code_cell(source) for source in cells]
    nbformat.write(nbformat.v4.new_notebook(cells=made), file)
    return file


@pytest.mark.timeout(600)
def test_with_the_lab_down_no_cell_calls_anybody(
    unshare: list[str], shell: dict[str, str], tmp_path: Path
) -> None:
    state = Path(shell["LAB_STATE_DIR"])
    state.mkdir()
    if mirrors := find_mirrors():  # the lab was up before: Terraform gets as far as it can
        (state / "terraform.tfrc").write_text(configuration(mirrors))
    notebooks = [solved_notebook(load_section(name)) for name in section_names()]
    seen = sealed(unshare, tmp_path, shell, notebooks)
    assert foreign(seen["names"]) == []
    assert seen["addresses"] == []
    assert seen["lost"] == 0
    joined = [said for _, source, said, _ in seen["cells"] if "\nconnect(" in source]
    assert len(joined) == len(notebooks)
    assert all("The lab isn't up" in said for said in joined), joined
    called = "\n".join(seen["dead"])  # so the cells did get as far as calling somebody
    assert "list_buckets" in called
    assert "!terraform apply" in called or not (mirrors and shutil.which("terraform"))


@pytest.mark.timeout(120)
def test_what_is_careless_in_a_real_shell_is_harmless_in_the_labs(
    unshare: list[str], shell: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What JupyterLab gives its kernels, and `cloudlab env` a shell: safe before any `connect`."""
    notebook = written(tmp_path, *CARELESS)
    for name in ("LAB_STATE_DIR", "LAB_WORK_DIR", "LAB_DATA_DIR"):
        monkeypatch.setenv(name, shell[name])
    seen = sealed(unshare, tmp_path, safe_environment(shell, None), [notebook])
    assert foreign(seen["names"]) == []
    assert seen["addresses"] == []


@pytest.mark.timeout(120)
def test_the_room_sees_whoever_calls(
    unshare: list[str], shell: dict[str, str], tmp_path: Path
) -> None:
    """The control: the same cells, and two that mean to, where nobody stands before them."""
    resolves = "import socket\nsocket.getaddrinfo('example.com', 443)"
    dials = "socket.create_connection(('192.0.2.1', 443), timeout=1)"
    seen = sealed(unshare, tmp_path, shell, [written(tmp_path, resolves, dials, *CARELESS)])
    names = dict(foreign(seen["names"]))
    assert names["example.com"] == [resolves]
    assert names["proxy.corp.example"] == [CARELESS[0]]
    assert dict(seen["addresses"])["192.0.2.1"] == [dials]

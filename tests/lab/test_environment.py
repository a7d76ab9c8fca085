import os
from pathlib import Path

import pytest

from cloudlab.lab.environment import (
    NOWHERE,
    apply_environment,
    close_cluster,
    safe_environment,
)
from cloudlab.lab.paths import paths, write_private
from cloudlab.lab.state import LabState, PartState, save_state
from cloudlab.lab.terminal import shell_lines

#: What a working engineer's shell may hold.
REAL = {
    "AWS_PROFILE": "production",
    "AWS_ACCESS_KEY_ID": "AKIAIOSFODNN7REALONE",
    "AWS_SECRET_ACCESS_KEY": "real",
    "AWS_SESSION_TOKEN": "real",
    "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS": "true",
    "AWS_ENDPOINT_URL": "https://real.example",
    "AWS_ENDPOINT_URL_S3": "https://s3.real.example",
    "AWS_CONTAINER_CREDENTIALS_FULL_URI": "http://real.example/creds",
    "AWS_CA_BUNDLE": "/real/ca.pem",
    "AWS_CONFIG_FILE": "/real/config",
    "KUBECONFIG": "/real/kubeconfig",
    "KUBE_CONFIG_PATH": "/real/kubeconfig",
    "DOCKER_HOST": "tcp://real.example:2375",
    "DOCKER_CONTEXT": "real",
    "TF_VAR_db_password": "real",
    "TF_DATA_DIR": "/real",
    "TF_CLI_ARGS_apply": "-target=real",
    "TF_CLI_CONFIG_FILE": "/real/terraformrc",
    "GOOGLE_APPLICATION_CREDENTIALS": "/real/key.json",
    "AZURE_CLIENT_SECRET": "real",
    "ARM_CLIENT_SECRET": "real",
    "LOCALSTACK_AUTH_TOKEN": "real",
    "http_proxy": "http://real.example:3128",
    "HTTPS_PROXY": "http://real.example:3128",
    "ALL_PROXY": "socks5://real.example",
}


@pytest.fixture(autouse=True)
def own_state(monkeypatch, tmp_path):
    monkeypatch.setenv("LAB_STATE_DIR", str(tmp_path / "lab"))


def up() -> LabState:
    gateway = PartState("aws-endpoint", "", "Caddy", "real", endpoint="http://127.0.0.1:4599")
    return LabState(parts={"aws-endpoint": gateway})


def test_nothing_of_the_learners_shell_is_left():
    safe = safe_environment({**REAL, "HOME": "/home/me", "PATH": "/usr/bin"}, up())
    assert [name for name, value in safe.items() if "real" in value.lower()] == []
    assert safe["HOME"] == "/home/me"
    assert "AWS_PROFILE" not in safe


def test_the_labs_addresses_are_set():
    safe = safe_environment(REAL, up())
    assert safe["AWS_ENDPOINT_URL"] == "http://127.0.0.1:4599"
    assert safe["LOCALSTACK_HOST"] == "127.0.0.1:4599"
    assert (safe["AWS_ACCESS_KEY_ID"], safe["AWS_REGION"]) == ("test", "us-west-2")
    assert safe["AWS_EC2_METADATA_DISABLED"] == "true"
    assert safe["NO_PROXY"] == "127.0.0.1,localhost"


@pytest.mark.parametrize("state", [None, LabState()])
def test_while_the_lab_is_down_every_address_is_dead(state):
    safe = safe_environment(REAL, state)
    assert safe["AWS_ENDPOINT_URL"] == NOWHERE
    assert NOWHERE in Path(safe["KUBECONFIG"]).read_text()
    assert not os.path.exists(safe["DOCKER_HOST"].removeprefix("unix://"))
    assert "provider_installation {}" in Path(safe["TF_CLI_CONFIG_FILE"]).read_text()


def test_the_files_named_exist_and_are_empty():
    safe = safe_environment(REAL, up())
    for name in ("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"):
        assert Path(safe[name]).read_text() == ""


def test_the_labs_tools_come_first_and_once():
    once = safe_environment({"PATH": "/usr/bin:/bin"}, up())
    twice = safe_environment(once, up())
    assert once["PATH"].split(":")[0] == str(paths().state / "bin")
    assert once == twice


def test_a_relative_folder_stays_the_same_lab_in_another_folder(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    safe = safe_environment({"LAB_STATE_DIR": "mine"}, None)
    assert safe["LAB_STATE_DIR"] == str(tmp_path / "mine")


def test_a_running_kernel_is_made_safe_from_the_state():
    kernel = {**REAL, "PATH": "/usr/bin"}
    save_state(up())
    apply_environment(environ=kernel)
    assert kernel["AWS_ENDPOINT_URL"] == "http://127.0.0.1:4599"
    assert "AWS_PROFILE" not in kernel


def test_terraform_is_quick_and_the_labs_servers_stay_small():
    """What a kernel's commands get isn't handed to a server that one of them starts."""
    environ = {"PATH": "/usr/bin", "GOGC": "off"}
    assert "GOGC" not in safe_environment(environ, up())
    apply_environment(up(), environ)
    assert environ["GOGC"] == "400"
    assert "GOGC" not in safe_environment(environ, up())
    assert "export GOGC=400" in shell_lines(up())


def test_a_cluster_that_is_gone_is_named_by_no_file():
    file = write_private(paths().state / "kubeconfig", "server: https://127.0.0.1:6443")
    close_cluster()
    assert NOWHERE in file.read_text()

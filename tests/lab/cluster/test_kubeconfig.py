"""The lab's own kubeconfig."""

import base64

import pytest
import yaml

from cloudlab.lab.cluster import kubeconfig

OTHER = """\
apiVersion: v1
kind: Config
current-context: work
clusters:
- {name: c1, cluster: {server: "https://10.0.0.1:6443", certificate-authority: ca.pem}}
- {name: c2, cluster: {server: "https://10.0.0.2:6443", insecure-skip-tls-verify: true}}
contexts:
- {name: work, context: {cluster: c1, user: u1}}
- {name: play, context: {cluster: c2, user: u2, namespace: mine}}
users:
- {name: u1, user: {client-certificate: u1.pem, client-key: u1.key}}
- {name: u2, user: {token: s3cret}}
"""


@pytest.fixture(autouse=True)
def state(monkeypatch, tmp_path):
    monkeypatch.setenv("LAB_STATE_DIR", str(tmp_path / "lab"))


def written() -> dict:
    return yaml.safe_load(kubeconfig.file().read_text())


def test_the_embedded_clusters_stands_on_its_own_and_is_private(laid):
    file = kubeconfig.of_certificates(laid, "https://127.0.0.1:6443")
    assert file.stat().st_mode & 0o777 == 0o600
    user = written()["users"][0]["user"]
    assert base64.b64decode(user["client-key-data"]) == (laid / "admin.key").read_bytes()
    assert kubeconfig.server() == "https://127.0.0.1:6443"


def test_one_context_is_copied_and_nothing_else(tmp_path):
    kubeconfig.of_context(OTHER, "play", tmp_path)
    found = written()
    assert found["current-context"] == "lab"
    assert found["contexts"][0]["context"]["namespace"] == "mine"
    assert found["users"] == [{"name": "lab", "user": {"token": "s3cret"}}]
    assert kubeconfig.server() == "https://10.0.0.2:6443"


def test_files_that_it_names_are_copied_into_it(tmp_path):
    for name in ("ca.pem", "u1.pem", "u1.key"):
        (tmp_path / name).write_text(name)
    kubeconfig.of_context(OTHER, None, tmp_path)
    found = written()
    data = found["clusters"][0]["cluster"]["certificate-authority-data"]
    assert base64.b64decode(data) == b"ca.pem"
    assert "client-key" not in found["users"][0]["user"]


def test_a_file_that_is_missing_is_named(tmp_path):
    with pytest.raises(kubeconfig.NoContext, match=r"ca\.pem: No such file"):
        kubeconfig.of_context(OTHER, "work", tmp_path)


def test_a_context_that_is_missing_is_told_with_those_that_are_there(tmp_path):
    with pytest.raises(kubeconfig.NoContext, match=r"no context 'home'(?s:.)*work, play"):
        kubeconfig.of_context(OTHER, "home", tmp_path)
    assert kubeconfig.contexts(OTHER) == ["work", "play"]


@pytest.mark.parametrize("text", ["", "[", "just words"])
def test_what_is_no_kubeconfig_is_said(text, tmp_path):
    with pytest.raises(kubeconfig.NoContext):
        kubeconfig.of_context(text, "work", tmp_path)

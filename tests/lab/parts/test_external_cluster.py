"""Somebody else's cluster, named by its context."""

from pathlib import Path

import pytest
import yaml

from cloudlab.lab.errors import UsageError
from cloudlab.lab.parts.base import Context
from cloudlab.lab.parts.external_cluster import ExternalCluster
from cloudlab.lab.settings import settings

THEIRS = """\
apiVersion: v1
current-context: production
clusters:
- {name: p, cluster: {server: "https://10.0.0.1"}}
- {name: t, cluster: {server: "https://10.0.0.2"}}
contexts:
- {name: production, context: {cluster: p, user: u}}
- {name: test, context: {cluster: t, user: u}}
users: [{name: u, user: {token: s3cret}}]
"""


@pytest.fixture
def theirs(monkeypatch, tmp_path):
    file = tmp_path / "config"
    file.write_text(THEIRS)
    monkeypatch.setenv("LAB_STATE_DIR", str(tmp_path / "lab"))
    monkeypatch.setenv("KUBECONFIG", f"{tmp_path / 'nowhere'}:{file}")
    monkeypatch.setenv("LAB_KUBE_CONTEXT", "test")
    return file


def context(said: list[str] | None = None) -> Context:
    lines = [] if said is None else said
    return Context(settings({}), {}, {}, say=lambda name, text: lines.append(text))


def test_the_context_named_is_copied_and_theirs_is_not_written(theirs):
    state = ExternalCluster().start(context())
    assert state.endpoint == "https://10.0.0.2"
    assert (state.processes, state.containers, state.port) == ([], [], None)
    copy = yaml.safe_load(Path(state.variables["KUBECONFIG"]).read_text())
    assert copy["clusters"] == [{"name": "lab", "cluster": {"server": "https://10.0.0.2"}}]
    assert theirs.read_text() == THEIRS


def test_it_is_said_whose_it_is_and_what_is_touched(theirs):
    said: list[str] = []
    ExternalCluster().prepare(context(said))
    assert "context test" in said[0]
    assert "only namespaces that the workbook made" in said[0]


def test_the_current_context_is_never_guessed(theirs, monkeypatch):
    monkeypatch.delenv("LAB_KUBE_CONTEXT")
    with pytest.raises(UsageError, match="LAB_KUBE_CONTEXT"):
        ExternalCluster().start(context())


def test_a_context_that_no_file_has_is_said(theirs, monkeypatch):
    monkeypatch.setenv("LAB_KUBE_CONTEXT", "home")
    with pytest.raises(UsageError, match="no kubeconfig has a context 'home'"):
        ExternalCluster().start(context())


def test_the_labs_own_kubeconfig_is_not_taken_for_theirs(theirs, monkeypatch, tmp_path):
    home = tmp_path / "home"
    (home / ".kube").mkdir(parents=True)
    (home / ".kube" / "config").write_text(THEIRS)
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("KUBECONFIG", str(tmp_path / "lab" / "kubeconfig"))
    assert ExternalCluster().start(context()).endpoint == "https://10.0.0.2"


def test_another_context_means_a_new_start(theirs, monkeypatch):
    before = ExternalCluster().fingerprint(context())
    monkeypatch.setenv("LAB_KUBE_CONTEXT", "production")
    assert ExternalCluster().fingerprint(context()) != before

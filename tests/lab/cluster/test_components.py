"""How the components are called."""

import json
from dataclasses import replace

import pytest

from cloudlab.lab.cluster import components


@pytest.mark.parametrize("name", components.NAMES)
def test_each_has_a_command_line(cluster, name):
    assert components.command(cluster, name)[0] == name


def test_nothing_listens_but_on_loopback(cluster):
    told = " ".join(word for name in components.NAMES for word in components.command(cluster, name))
    assert "0.0.0.0" not in told
    assert told.count("--bind-address=127.0.0.1") == 2
    assert "--server-address=127.0.0.1:10250" in told
    assert told.count("--secure-port=0") == 2
    assert "--listen-client-urls=unix://" in told
    assert "--listen-peer-urls=unix://" in told


def test_rights_are_checked(cluster):
    assert "--authorization-mode=Node,RBAC" in components.command(cluster, "kube-apiserver")


def test_limits_are_lifted_where_asked(cluster):
    free = replace(cluster, limited=False)
    for name in ("kube-controller-manager", "kube-scheduler"):
        assert "--kube-api-qps=5000" in components.command(free, name)
        assert "--kube-api-qps=5000" not in components.command(cluster, name)
    assert "--max-requests-inflight=0" in components.command(free, "kube-apiserver")


def test_a_component_reaches_the_server_as_itself(cluster):
    config = json.loads(components.kubeconfig_text(cluster, "scheduler"))
    assert config["clusters"][0]["cluster"]["server"] == "https://127.0.0.1:6443"
    assert config["users"][0]["user"]["client-certificate"].endswith("scheduler.crt")

"""Starting a cluster: what goes wrong is said, and nothing is left. The rest: test_cluster.py."""

import socket
import threading
import time
from dataclasses import replace

import pytest

from cloudlab.lab import processes
from cloudlab.lab.cluster import plane
from cloudlab.lab.cluster.plane import Plane
from cloudlab.lab.errors import PartFailed, PortTaken

#: It makes its socket, and waits.
ETCD = "touch etcd-clients:0; sleep 60"


@pytest.fixture
def program(tmp_path, monkeypatch):
    """Writes a stand-in for a component."""
    monkeypatch.setenv("LAB_STATE_DIR", str(tmp_path / "lab"))

    def write(name, text):
        file = tmp_path / name
        file.write_text(f"#!/bin/sh\n{text}\n")
        file.chmod(0o755)
        return file

    return write


def of(cluster, **programs) -> Plane:
    one = replace(cluster, port=1, programs={k.replace("_", "-"): v for k, v in programs.items()})
    return Plane(one, {"PATH": "/bin:/usr/bin"}, "kubernetes")


def test_a_component_that_ends_is_named_with_its_last_words(cluster, program):
    one = of(
        cluster,
        etcd=program("etcd", ETCD),
        kube_apiserver=program("kube-apiserver", "echo no etcd today; exit 1"),
    )
    with pytest.raises(PartFailed, match=r"kube-apiserver ended(?s:.)*no etcd today") as failed:
        one.start()
    assert failed.value.log.name == "kubernetes-kube-apiserver.log"
    assert one.running == {}


def test_one_that_does_not_get_ready_is_given_up(cluster, program, monkeypatch):
    monkeypatch.setattr(plane, "STEP_SECONDS", 0.3)
    sleeping = program("sleeping", "sleep 60")
    one = of(cluster, etcd=program("etcd", ETCD), kube_apiserver=sleeping)
    with pytest.raises(PartFailed, match="kube-apiserver did not become ready"):
        one.start()


def test_ctrl_c_ends_it_at_once_and_nothing_is_left(cluster, program):
    sleeping = program("sleeping", "sleep 60")
    one = of(cluster, etcd=program("etcd", ETCD), kube_apiserver=sleeping)
    threading.Timer(0.3, one.cancelled.set).start()
    began = time.monotonic()
    with pytest.raises(plane.Cancelled):
        one.start()
    assert time.monotonic() - began < 5
    assert processes.marked() == []


def test_a_cluster_with_its_data_keeps_its_id(cluster, program):
    one = of(cluster)
    first = one._remember()
    assert one._remember() != first  # no data yet: a new cluster
    (cluster.folder / "etcd").mkdir()
    second = one._remember()
    assert one._remember() == second


def test_a_port_that_another_program_took_is_told_as_that(cluster, program):
    with socket.create_server(("127.0.0.1", 0)) as other:
        one = of(
            cluster,
            etcd=program("etcd", ETCD),
            kube_apiserver=program("kube-apiserver", "exit 1"),
        )
        one.cluster = replace(one.cluster, port=other.getsockname()[1])
        with pytest.raises(PortTaken):
            one.start()

"""Finding the programs of a cluster, and saying how it goes."""

import threading
from pathlib import Path

import pytest

from cloudlab.lab.cluster import programs
from cloudlab.lab.tools.finding import Tool


@pytest.fixture
def asked(monkeypatch):
    """A find_tool that downloads 30 MB in thirds."""

    def find(name, progress, say, cancelled):
        for done in (0, 10_000_000, 20_000_000, 30_000_000):
            progress(done, 30_000_000)
        return Tool(name, Path("/bin") / name, "1", "release")

    monkeypatch.setattr(programs, "find_tool", find)


def test_each_is_found_and_its_download_told(asked):
    said: list[str] = []
    found = programs.find(["etcd"], said.append, threading.Event())
    assert found == {"etcd": Path("/bin/etcd")}
    assert said[0] == "etcd: downloading, 0 of 30 MB"
    assert said[-1] == "etcd: downloading, 30 of 30 MB"


def test_ctrl_c_ends_a_download(asked):
    cancelled = threading.Event()
    cancelled.set()
    with pytest.raises(KeyboardInterrupt):
        programs.find(["etcd"], lambda text: None, cancelled)

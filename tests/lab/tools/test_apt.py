"""What is asked of apt-get; a stand-in plays it."""

import os
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from cloudlab.lab.errors import ToolMissing
from cloudlab.lab.paths import paths
from cloudlab.lab.tools import apt

STAND_IN = """\
#!/bin/sh
echo "$DEBIAN_FRONTEND $@" >> {log}
case "$*" in
    *download-only*) [ -e {lists} ];;
    *update*) [ -z "$OFFLINE" ] && touch {lists};;
    *) [ -z "$BROKEN" ];;
esac
"""


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[[], list[str]]:
    """The words that apt-get got after its options, a line a call. It has no lists at first."""
    log, command = tmp_path / "log", tmp_path / "apt-get"
    command.write_text(STAND_IN.format(log=log, lists=tmp_path / "lists"))
    command.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    monkeypatch.setenv("LAB_STATE_DIR", str(tmp_path / "lab"))
    options = "noninteractive --yes --quiet --no-install-recommends -o DPkg::Lock::Timeout=120 "
    return lambda: [line.removeprefix(options) for line in log.read_text().splitlines()]


def install(said: list[str] | None = None) -> None:
    apt.install("docker.io", (said if said is not None else []).append, threading.Event())


def test_lists_are_fetched_where_a_package_is_not_known(told):
    said: list[str] = []
    install(said)
    fetch = "install --download-only docker.io"
    assert told() == [fetch, "update", fetch, "install docker.io"]
    assert said == ["installing docker.io (apt-get)"]
    install()
    assert told()[4:] == [fetch, "install docker.io"]


@pytest.mark.parametrize("why", ["OFFLINE", "BROKEN"])
def test_a_refusal_names_the_package_and_the_log(told, monkeypatch, why):
    monkeypatch.setenv(why, "1")
    with pytest.raises(ToolMissing, match=r"could not install docker\.io") as caught:
        install()
    assert caught.value.log == paths().log("apt")


def test_only_root_may_install(told, monkeypatch):
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    assert apt.available()
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    assert not apt.available()

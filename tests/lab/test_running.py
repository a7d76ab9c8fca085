"""A long command: its code, its words, its end, whatever happens."""

import os
import threading
import time
from pathlib import Path

import pytest

from cloudlab.lab import processes
from cloudlab.lab.errors import Unwritable
from cloudlab.lab.running import run, tail


@pytest.fixture(autouse=True)
def log(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    monkeypatch.setenv("LAB_STATE_DIR", str(tmp_path))
    return tmp_path / "build.log"


def shell(text: str, log: Path, cancelled: threading.Event | None = None, **more: object) -> int:
    return run(["sh", "-c", text], os.environ, log, cancelled or threading.Event(), **more)


def test_its_code_is_returned_and_its_words_are_kept(log):
    assert shell("echo one; echo two >&2; exit 3", log) == 3
    assert shell("echo three", log) == 0
    assert tail(log, 2) == "  two\n  three"
    assert log.stat().st_mode & 0o777 == 0o600


def test_it_carries_the_labs_mark(log, tmp_path):
    shell('echo "$CLOUDLAB_STATE $CLOUDLAB_PART"', log)
    assert tail(log) == f"  {tmp_path} build"


def test_cancelled_it_ends_with_all_that_it_started(log):
    cancelled = threading.Event()
    threading.Timer(0.3, cancelled.set).start()
    with pytest.raises(KeyboardInterrupt):
        shell("sleep 60 & sleep 60", log, cancelled)
    until = time.monotonic() + 5
    while processes.marked() and time.monotonic() < until:
        time.sleep(0.02)
    assert processes.marked() == []


def test_who_waits_is_told_that_it_goes_on(log):
    told: list[float] = []
    shell("sleep 0.5", log, tick=lambda: told.append(time.monotonic()))
    assert told


def test_a_log_that_cannot_be_written_is_said_in_words(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(Unwritable):
        shell("true", tmp_path / "file" / "log")
    assert tail(tmp_path / "none") == ""

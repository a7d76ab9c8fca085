"""Finding a browser, and starting a desk for it. JupyterLab itself is driven in tests/browser."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from cloudlab.authoring import browsing
from cloudlab.authoring.browsing import find_chromium, is_foreign, own_desk


@pytest.mark.parametrize(
    ("address", "foreign"),
    [
        ("http://127.0.0.1:8888/lab", False),
        ("http://localhost:8888/lab", False),
        ("data:image/svg+xml,x", False),
        ("blob:http://127.0.0.1:8888/1", False),
        ("https://example.org/", True),
        ("wss://127.0.0.1.example.org/", True),
    ],
)
def test_another_machine_is_told_from_this_one(address: str, foreign: bool) -> None:
    assert is_foreign(address) is foreign


def playwright_with(program: Path) -> Any:
    return SimpleNamespace(chromium=SimpleNamespace(executable_path=str(program)))


def test_the_systems_chromium_comes_first(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    own = tmp_path / "chrome"
    own.touch()
    monkeypatch.setattr(browsing, "which", lambda name: f"/bin/{name}")
    assert find_chromium(playwright_with(own)) == "/bin/chromium"
    monkeypatch.setattr(browsing, "which", lambda name: None)
    assert find_chromium(playwright_with(own)) == str(own)
    assert find_chromium(playwright_with(tmp_path / "none")) is None


def test_the_desks_link_is_the_one_printed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(browsing, "own_lab", no_lab)
    say(monkeypatch, "parts\n\nOpen http://127.0.0.1:8888/lab?token=x\n")
    with own_desk() as link:
        assert link == "http://127.0.0.1:8888/lab?token=x"


def test_without_a_link_it_says_what_was_printed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(browsing, "own_lab", no_lab)
    say(monkeypatch, "", "JupyterLab: failed")
    with pytest.raises(RuntimeError, match="JupyterLab: failed"), own_desk():
        pass


@contextmanager
def no_lab(*sections: str) -> Iterator[None]:
    yield


def say(monkeypatch: pytest.MonkeyPatch, out: str, err: str = "") -> None:
    """Let `cloudlab up` print this, in the place of starting anything."""
    done = subprocess.CompletedProcess([], 0, out, err)
    monkeypatch.setattr(subprocess, "run", lambda *args, **more: done)

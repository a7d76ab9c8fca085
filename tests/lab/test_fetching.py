"""Finding and fetching what sections call: what is said meanwhile, and what a failure spares."""

from __future__ import annotations

import json
import os
from pathlib import Path
from types import SimpleNamespace

import pytest

from cloudlab.lab import fetching, starting, stopping
from cloudlab.lab.engine import own_engine
from cloudlab.lab.errors import LabError, ToolMissing
from cloudlab.lab.parts import Context
from cloudlab.lab.parts.external import External
from cloudlab.lab.progress import Progress
from cloudlab.lab.state import LabState, PartState, load_state

MB = 1_000_000
CHUNK = 65_536


@pytest.fixture
def linked(checkout: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What was linked or configured; a tool called lost-… can't be had."""
    done: list[str] = []

    def link_tools(names: list[str], *_: object) -> dict[str, SimpleNamespace]:
        (name,) = names
        if name.startswith("lost"):
            raise ToolMissing(f"no {name}", "install it")
        done.append(name)
        return {name: SimpleNamespace(path=Path(f"/bin/{name}"), source="PATH")}

    monkeypatch.setattr(fetching, "link_tools", link_tools)
    monkeypatch.setattr(
        fetching.terraform, "configure", lambda path, say: done.append(f"providers of {path}")
    )
    (checkout / "labs" / "one").mkdir()
    manifest = checkout / "labs" / "one" / "section.toml"
    manifest.write_text('parts = ["aws"]\ntools = ["lost-1", "terraform", "lost-2"]')
    return done


def test_terraform_is_told_where_its_providers_are_and_no_other_tool_is(linked):
    fetching.link(["kubectl", "terraform"], Progress(quiet=True))
    assert linked == ["kubectl", "terraform", "providers of /bin/terraform"]


def test_a_tool_that_cannot_be_had_keeps_no_other_from_being_linked(linked):
    with pytest.raises(ToolMissing, match="no lost-1"):
        fetching.link(["lost-1", "kubectl", "lost-2"], Progress(quiet=True))
    assert linked == ["kubectl"]


def test_prefetch_fetches_all_that_it_can_and_names_the_rest(linked):
    problems = fetching.everything(Progress(quiet=True))
    assert [one.what for one in problems] == ["no lost-1", "no lost-2"]
    assert linked == ["terraform", "providers of /bin/terraform"]


def test_prefetch_prepares_what_has_something_to_prepare(linked, monkeypatch):
    class Slow(External):
        name = "slow"

        def prepare(self, context: Context) -> None:
            linked.append(f"{self.name} with {sorted(context.environment)[:1]}")

    class Broken(Slow):
        def prepare(self, context: Context) -> None:
            raise ToolMissing("no cluster", "install it")

    monkeypatch.setattr(fetching, "parts_for", lambda *_: [External(), Slow(), Broken()])
    problems = fetching.everything(Progress(quiet=True))
    assert [one.what for one in problems] == ["no lost-1", "no lost-2", "no cluster"]
    assert linked[-1] == "slow with ['AWS_ACCESS_KEY_ID']"


def test_an_engine_that_was_started_for_images_alone_is_stopped_again(linked, monkeypatch):
    stopped: list[str] = []

    class Starter:
        def __init__(self, state: LabState, *_: object, images: tuple[str, ...]) -> None:
            self.state = state
            assert images == ("node",)

        def run(self) -> list[LabError]:
            own_engine.note("unix:///mine.sock", own=False)
            self.state.parts["containers"] = PartState("containers", "", "x", "real")
            return []

    monkeypatch.setattr(starting, "Starter", Starter)
    monkeypatch.setattr(stopping, "stop", lambda parts: stopped.extend(one.name for one in parts))
    assert fetching._images(("node",), Progress(quiet=True)) == []
    assert stopped == ["containers"]
    assert own_engine.endpoint_used() is None
    assert load_state().parts == {}


def test_a_bug_of_ours_is_no_problem_of_the_learners(linked, monkeypatch):
    monkeypatch.setattr(fetching, "link_tools", lambda *_: {})
    with pytest.raises(KeyError):
        fetching.everything(Progress(quiet=True))


DOCKER = """\
#!/usr/bin/env python3
import json, os, sys
with open(os.environ["TOLD"], "a") as log:
    log.write(json.dumps(sys.argv[1:]) + "\\n")
print("28.0")
sys.exit(1 if sys.argv[1] == "image" and "HERE" not in os.environ else 0)
"""


@pytest.mark.parametrize(
    ("given", "pulled"),
    [
        ({"LAB_AWS": "localstack"}, ["localstack/localstack:4.14.0"]),
        ({"LAB_AWS": "localstack", "HERE": "1"}, []),
        ({"LOCALSTACK_AUTH_TOKEN": "t"}, ["localstack/localstack-pro:latest"]),
        ({"LAB_AWS": "ministack", "LOCALSTACK_AUTH_TOKEN": "t"}, []),
        ({}, []),
    ],
    ids=["asked for", "here already", "auto, with a token", "not asked for", "auto"],
)
def test_an_image_is_pulled_where_up_would_run_it(linked, monkeypatch, tmp_path, given, pulled):
    (tmp_path / "docker").write_text(DOCKER)
    (tmp_path / "docker").chmod(0o755)
    told = tmp_path / "told"
    told.touch()
    path = f"{tmp_path}:{os.environ['PATH']}"
    for name, value in {"PATH": path, "TOLD": str(told), **given}.items():
        monkeypatch.setenv(name, value)
    fetching.everything(Progress(quiet=True))
    calls = [json.loads(line) for line in told.read_text().splitlines()]
    assert [words[-1] for words in calls if words[0] == "pull"] == pulled


def test_a_download_is_said_now_and_then_and_its_end_once(capsys):
    show = fetching.meter("terraform", Progress())
    for done in [*range(CHUNK, 20 * MB, CHUNK), 20 * MB]:
        show(done, 20 * MB)
    lines = capsys.readouterr().err.splitlines()
    assert lines[-1] == "terraform: downloaded, 20 MB"
    assert 3 <= len(lines) <= 10
    assert "terraform: downloading, 5 of 20 MB" in lines


def test_a_download_of_unknown_size_says_no_end(capsys):
    fetching.meter("terraform", Progress())(10 * MB, None)
    assert capsys.readouterr().err == "terraform: downloading, 10 MB\n"

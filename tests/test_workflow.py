"""The forks' CI and the devcontainer, as far as they can be tried without running them."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

import cloudlab
from cloudlab.lab.parts.jupyter import Jupyter
from cloudlab.lab.tools.building import SETS
from cloudlab.learning.sections import section_names

ROOT = Path(cloudlab.__file__).parents[1]
TOOLS = ROOT / "cloudlab/lab/tools/tools.toml"
WORKFLOW: dict[Any, Any] = yaml.safe_load((ROOT / ".github/workflows/test.yml").read_text())
STEPS = [step for job in WORKFLOW["jobs"].values() for step in job["steps"]]
DEVCONTAINER = json.loads((ROOT / ".devcontainer/devcontainer.json").read_text())


def test_it_may_read_and_nothing_else() -> None:
    assert WORKFLOW["permissions"] == {"contents": "read"}
    assert not any("permissions" in job for job in WORKFLOW["jobs"].values())
    assert "secrets." not in (ROOT / ".github/workflows/test.yml").read_text()


def test_no_job_runs_for_ever() -> None:
    assert all(job["timeout-minutes"] <= 90 for job in WORKFLOW["jobs"].values())


@pytest.mark.parametrize("used", [step["uses"] for step in STEPS if "uses" in step])
def test_an_action_is_pinned_by_its_commit(used: str) -> None:
    assert re.fullmatch(r"actions/[a-z]+@[0-9a-f]{40}", used)


def test_the_list_of_sections_comes_from_their_manifests(tmp_path: Path) -> None:
    """The job's own lines, run here."""
    [step] = [one for one in WORKFLOW["jobs"]["sections"]["steps"] if one.get("id") == "list"]
    output = tmp_path / "output"
    environment = {"GITHUB_OUTPUT": str(output), "PATH": "/usr/bin:/bin"}
    subprocess.run(["bash", "-e", "-c", step["run"]], cwd=ROOT, env=environment, check=True)
    name, _, names = output.read_text().partition("=")
    assert name == "names"
    assert sorted(json.loads(names)) == sorted(section_names())


def test_every_command_is_the_makefiles_or_pytests() -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    for command in [one["run"] for one in STEPS if "run" in one and "id" not in one]:
        words = command.split()
        assert words[0] == ".venv/bin/pytest" or (words[0] == "make" and words[1] in targets)


def test_all_that_make_test_runs_is_run_by_some_job() -> None:
    """fast: no lab, no browser; section: what belongs to one; lab: the rest."""
    runs = {job: [step.get("run", "") for step in row["steps"]] for job, row in jobs()}
    assert "make test-fast" in runs["fast"]
    assert "make test SECTION=${{ matrix.section }}" in runs["section"]
    assert any('-m "lab or browser" --ignore=tests/labs' in run for run in runs["lab"])


def jobs() -> list[tuple[str, dict[str, Any]]]:
    return list(WORKFLOW["jobs"].items())


@pytest.mark.parametrize("name", re.findall(r"'([\w./*]+)'", json.dumps(STEPS)))
def test_a_cache_is_keyed_by_files_that_exist(name: str) -> None:
    assert any(one.is_file() for one in ROOT.glob(f"{name}/*" if name.endswith("**") else name))


def keys() -> list[str]:
    return [step["with"]["key"] for step in STEPS if "actions/cache@" in step.get("uses", "")]


def test_a_cache_is_another_one_when_a_tools_pin_changes() -> None:
    """A lab's programs are pinned by the table and by what is compiled in their place."""
    of_labs = [key for key in keys() if "-fast-" not in key]
    assert len(of_labs) == 2
    for pins in (TOOLS, SETS / "**"):
        name = pins.relative_to(ROOT).as_posix()
        assert all(f"'{name}'" in key for key in of_labs)


def test_no_job_saves_its_cache_for_another() -> None:
    assert len(set(keys())) == len(keys())
    assert any("-${{ matrix.section }}-" in key for key in keys())


def test_the_devcontainer_forwards_jupyterlab_and_brings_an_engine() -> None:
    assert DEVCONTAINER["forwardPorts"] == [Jupyter.preferred_port]
    assert DEVCONTAINER["postCreateCommand"] == "make environment"
    assert list(DEVCONTAINER["features"]) == ["ghcr.io/devcontainers/features/docker-in-docker:2"]

"""environment.yml gives a conda user what everybody else gets: the same Python, the same lock."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import yaml

import cloudlab

ROOT = Path(cloudlab.__file__).parents[1]
PROJECT: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
ENVIRONMENT: dict[str, Any] = yaml.safe_load((ROOT / "environment.yml").read_text())


def test_its_python_is_the_projects() -> None:
    assert f"python{PROJECT['requires-python']}" in ENVIRONMENT["dependencies"]


def test_it_is_named_as_the_project() -> None:
    assert ENVIRONMENT["name"] == PROJECT["name"]


def test_its_packages_are_those_of_the_lock_and_no_others() -> None:
    """tests/test_repository.py holds the lock to pyproject.toml."""
    others = [one for one in ENVIRONMENT["dependencies"] if not str(one).startswith("python>")]
    assert others == ["pip", {"pip": ["-r requirements.lock"]}]
    assert (ROOT / "requirements.lock").is_file()


def test_the_build_back_end_of_the_last_step_is_locked() -> None:
    """`pip install --no-build-isolation` takes it from the environment."""
    lock = (ROOT / "requirements.lock").read_text()
    backend = tomllib.loads((ROOT / "pyproject.toml").read_text())["build-system"]["requires"]
    assert all(f"\n{name}==" in lock for name in backend)
    assert "--no-build-isolation" in (ROOT / "environment.yml").read_text()

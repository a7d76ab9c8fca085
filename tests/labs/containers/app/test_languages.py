"""The services' own tests, in their own languages; and what their tools say of the code."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

pytestmark = pytest.mark.section("containers")

GO = ("api", "discovery")
#: Modules and packages come from registries the first time.
fetches = pytest.mark.lab


def tool(name: str) -> str:
    found = shutil.which(name)
    if found is None:
        pytest.skip(
            f"{name} isn't on PATH: the service is built in a container, and not tested here"
        )
    return found


def run(folder: Path, *command: str, **variables: str) -> subprocess.CompletedProcess[str]:
    done = subprocess.run(
        [tool(command[0]), *command[1:]],
        cwd=folder,
        env={**os.environ, **variables},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    return done


def go(folder: Path, *words: str) -> None:
    wanted = version((folder / "go.mod").read_text())
    if (found := version(run(folder, "go", "version", GOTOOLCHAIN="local").stdout)) < wanted:
        pytest.skip(f"Go {found} is on PATH, and the service needs {wanted}")
    run(folder, "go", *words, GOTOOLCHAIN="local", GOFLAGS="-mod=readonly")


def version(text: str) -> tuple[int, int]:
    """Of `go version`, or of the line `go 1.26.0` of a go.mod."""
    major, minor = re.findall(r"\bgo ?(\d+)\.(\d+)", text)[0]
    return int(major), int(minor)


@fetches
@pytest.mark.parametrize("service", GO)
def test_go_tests_pass_and_find_no_race(app: Path, service: str) -> None:
    tool("gcc")  # the race detector needs cgo
    go(app / service, "vet", "./...")
    go(app / service, "test", "-race", "-count=1", "./...")


@pytest.mark.parametrize("service", GO)
def test_go_is_formatted(app: Path, service: str) -> None:
    assert run(app / service, "gofmt", "-l", ".").stdout == ""


@fetches
def test_node_tests_pass_and_the_build_runs(app: Path, tmp_path: Path) -> None:
    web = tmp_path / "web"
    shutil.copytree(app / "web", web, ignore=shutil.ignore_patterns("node_modules", "dist"))
    run(web, "npm", "ci", "--no-audit", "--no-fund")
    run(web, "npm", "test")
    run(web, "npm", "run", "build")
    run(web, "node", "--check", "dist/main.js")


@fetches
def test_the_page_runs_without_development_dependencies(app: Path, tmp_path: Path) -> None:
    web = tmp_path / "web"
    shutil.copytree(app / "web", web, ignore=shutil.ignore_patterns("node_modules", "dist"))
    run(web, "npm", "ci", "--omit=dev", "--no-audit", "--no-fund")
    assert not (web / "node_modules" / "esbuild").exists()
    run(web, "node", "--input-type=module", "--eval", "await import('./src/app.js')")

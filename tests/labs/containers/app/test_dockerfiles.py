"""hadolint on our Dockerfiles, and on the seed's: what a linter finds, and what it doesn't."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.section("containers")

SEED = Path(__file__).parent / "seed"
OURS = ("web", "api", "worker", "discovery")


def lint(dockerfile: Path) -> set[str]:
    """The rules that hadolint says are broken."""
    # From the environment that runs the tests, whichever PATH it was started with.
    program = Path(sys.executable).with_name("hadolint")
    found = str(program) if program.exists() else shutil.which("hadolint")
    if found is None:
        pytest.skip("hadolint isn't installed: it's in the project's test extra")
    command = [found, "--no-fail", "--format", "json", str(dockerfile)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return {rule["code"] for rule in json.loads(done.stdout)}


@pytest.mark.parametrize("service", OURS)
def test_our_dockerfiles_break_no_rule(app: Path, service: str) -> None:
    assert lint(app / service / "Dockerfile") == set()


def test_what_it_finds_in_the_seeds_node_dockerfile() -> None:
    """Style, but not that the build lacks its tools, nor that curl isn't there."""
    assert lint(SEED / "web.Dockerfile") == {"DL3025", "DL3059", "DL3066"}


def test_what_it_finds_in_the_seeds_go_dockerfile() -> None:
    """Unpinned things, but not that the service runs as root."""
    assert lint(SEED / "api.Dockerfile") == {"DL3007", "DL3018", "DL3025"}


@pytest.mark.parametrize("service", OURS)
def test_none_names_a_certificate_or_runs_as_root(app: Path, service: str) -> None:
    text = (app / service / "Dockerfile").read_text()
    assert "\nUSER 1" in text
    assert not {"ca-certificates", "NODE_EXTRA_CA_CERTS", "SSL_CERT_FILE"} & set(text.split())


@pytest.mark.parametrize("service", OURS)
def test_the_classic_builder_can_build_them(app: Path, service: str) -> None:
    text = (app / service / "Dockerfile").read_text()
    assert "--mount" not in text
    assert "<<" not in text
    assert "--chmod" not in text

import os
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]


def make(*words: str) -> str:
    """What `make WORDS` prints, or would do with -n."""
    ours = {k: v for k, v in os.environ.items() if not k.startswith("MAKE")}  # we may run under one
    done = subprocess.run(
        ["make", *words], cwd=ROOT, env=ours, capture_output=True, text=True, check=True
    )
    return done.stdout


def test_make_alone_lists_every_target():
    phony = re.search(r"^\.PHONY: (.*)$", (ROOT / "Makefile").read_text(), re.M)
    assert phony
    targets = set(phony[1].split()) - {"environment", "lint"}
    assert {line.split()[1] for line in make().splitlines()} == targets


@pytest.mark.parametrize(
    ("words", "does"),
    [
        (["test"], ".venv/bin/pytest"),
        (["test", "SECTION=iaas"], ".venv/bin/pytest --section iaas"),
        (["test-fast"], '.venv/bin/pytest -m "not lab and not browser"'),
        (["lab-up", "SECTION=iaas"], ".venv/bin/cloudlab up iaas"),
        (["lab-reset"], ".venv/bin/cloudlab reset --yes"),
    ],
)
def test_a_target_does_what_its_help_says(words, does):
    assert does in [line.strip() for line in make("-n", *words).splitlines()]


def test_ci_calls_make_test():
    assert (ROOT / ".ci" / "run").read_text().rstrip().endswith("exec make test")


def test_uv_is_pinned_by_hash_for_every_system():
    """`pip install --require-hashes` refuses it otherwise."""
    text = (ROOT / "bootstrap" / "uv.txt").read_text()
    assert re.search(r"^uv==[\d.]+ \\$", text, re.M)
    assert text.count("--hash=sha256:") > 10

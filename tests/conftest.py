"""Checkouts and labs of their own for tests: no file and no lab of the learner's is touched."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

import cloudlab
from cloudlab.lab.rooms import needs, sections

#: What the tests' shared lab is up for: sections whose parts are there in a second.
QUICK = ("start", "iaas")
COMPILED = {name for name in sections() if "kubernetes" in needs([name]).parts}
FOLDERS = {"LAB_STATE_DIR": "state", "LAB_WORK_DIR": "work", "LAB_DATA_DIR": "data"}


@dataclass(frozen=True)
class OwnLab:
    """A lab in a temporary folder, driven as a learner would: by the command."""

    folder: Path
    environment: dict[str, str]

    @property
    def state(self) -> Path:
        """The lab's `.lab`."""
        return self.folder / "state"

    def start(self, *words: str, **variables: str) -> subprocess.Popen[str]:
        """Begin `cloudlab WORDS` in a session of its own."""
        return subprocess.Popen(
            [sys.executable, "-m", "cloudlab.cli", *words],
            env={**self.environment, **variables},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )

    def run(self, *words: str, **variables: str) -> subprocess.CompletedProcess[str]:
        """`cloudlab WORDS`, to its end."""
        child = self.start(*words, **variables)
        out, err = child.communicate(timeout=120)
        return subprocess.CompletedProcess(words, child.returncode, out, err)


@contextmanager
def own_lab(folder: Path) -> Iterator[OwnLab]:
    """A lab that isn't up yet; stopped at the end, whatever the test did to it."""
    ours = {variable: str(folder / name) for variable, name in FOLDERS.items()}
    root = str(Path(cloudlab.__file__).resolve().parents[1])
    environment = {**os.environ, "LAB_JUPYTER": "none", "PYTHONPATH": root, **ours}
    lab = OwnLab(folder, environment)
    try:
        yield lab
    finally:
        lab.run("down")


@pytest.fixture(scope="session", autouse=True)
def isolated(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """No test sees the learner's lab, progress or endpoint, even one that forgets to ask."""
    folder, before = tmp_path_factory.mktemp("session"), dict(os.environ)
    os.environ.update({variable: str(folder / name) for variable, name in FOLDERS.items()})
    os.environ["LAB_JUPYTER"] = "none"
    os.environ["LAB_KUBERNETES"] = "kwok"  # real nodes have tests of their own
    for knob in ("LAB_AWS", "AWS_ENDPOINT_URL", "AWS_PROFILE", "LOCALSTACK_AUTH_TOKEN"):
        os.environ.pop(knob, None)
    yield folder
    os.environ.clear()
    os.environ.update(before)


@pytest.fixture(scope="session")
def lab(isolated: Path) -> Iterator[OwnLab]:
    """A running lab for the whole session, on free ports, without JupyterLab.

    `os.environ` names its folders, so that `cloudlab.lab` in this process sees it, too.
    """
    with own_lab(isolated) as lab:
        began = lab.run("up", *QUICK)
        assert began.returncode == 0, began.stderr
        yield lab


@pytest.fixture
def new_lab(tmp_path: Path) -> Iterator[Callable[[str], OwnLab]]:
    """Makes labs that aren't up, by name, for tests that break one."""
    from contextlib import ExitStack

    with ExitStack() as stack:
        yield lambda name: stack.enter_context(own_lab(tmp_path / name))


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--section iaas`: what belongs to that section alone."""
    parser.addoption("--section", help="only tests that belong to this section")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Keep the tests of the section asked for; those that need Kubernetes come last.

    Where no download answers it's compiled, for minutes, and `.ci/run` has that done meanwhile.
    """
    items.sort(key=lambda item: bool(COMPILED & sections_of(item)))
    if section := config.getoption("--section"):
        chosen = [item for item in items if section in sections_of(item)]
        config.hook.pytest_deselected(items=[item for item in items if item not in chosen])
        items[:] = chosen


def sections_of(item: pytest.Item) -> set[str]:
    """The sections of a test: its parameter `section`, its marker, its folder below tests/labs."""
    parameters = getattr(getattr(item, "callspec", None), "params", {})
    marked = {str(one) for mark in item.iter_markers("section") for one in mark.args}
    parts = item.path.parts
    folder = {parts[parts.index("labs") + 1]} if "labs" in parts[:-1] else set()
    return {str(parameters["section"])} | marked if "section" in parameters else marked | folder


@pytest.fixture
def own_environment() -> Iterator[None]:
    """`os.environ` and the working folder are put back, whatever the test makes of them."""
    environment, folder = dict(os.environ), Path.cwd()
    yield
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environment)


@pytest.fixture
def checkout(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, own_environment: None
) -> Iterator[Path]:
    """An empty checkout, which `paths()` takes for its root, with state, work and data inside."""
    root = tmp_path / "checkout"
    for folder in ("cloudlab", "labs", "notebooks/solutions"):
        (root / folder).mkdir(parents=True)
    monkeypatch.setattr(cloudlab, "__file__", str(root / "cloudlab" / "__init__.py"))
    for variable, folder in [
        ("LAB_STATE_DIR", ".lab"),
        ("LAB_WORK_DIR", "work"),
        ("LAB_DATA_DIR", "data"),
    ]:
        monkeypatch.setenv(variable, str(root / folder))
    _forget_sections()
    yield root
    _forget_sections()


def _forget_sections() -> None:
    """What a process reads once (manifests, notebooks, checks) belongs to one checkout."""
    from cloudlab.learning import checks, sections, solutions

    sections.load_section.cache_clear()
    solutions.solved_cells.cache_clear()
    checks._rooms.clear()

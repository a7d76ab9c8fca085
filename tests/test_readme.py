"""What README.md and CONTRIBUTING.md claim, tried as far as it can be."""

from __future__ import annotations

import importlib
import pkgutil
import re
import shlex
import textwrap
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

import cloudlab
from cloudlab import cli
from cloudlab.authoring.build import AUTHORS_TAGS
from cloudlab.authoring.lint.manifest import ALTERNATIVES
from cloudlab.authoring.misconceptions import read_misconception
from cloudlab.lab import parts
from cloudlab.lab.doctor import DISK_GB, MEMORY_GB
from cloudlab.lab.parts.base import Part
from cloudlab.lab.settings import KNOBS
from cloudlab.lab.spawning import LISTENER
from cloudlab.learning.sections import Exercise, find_exercise, load_section, section_names

ROOT = Path(cloudlab.__file__).parents[1]
README = (ROOT / "README.md").read_text()
CONTRIBUTING = (ROOT / "CONTRIBUTING.md").read_text()
DOCUMENTS = pytest.mark.parametrize(
    "text", [README, CONTRIBUTING], ids=["README.md", "CONTRIBUTING.md"]
)
Row = list[str]


def section(text: str, heading: str) -> str:
    """What stands below a heading, up to the next of its rank."""
    found = re.search(
        rf"^## {re.escape(heading)}.*?\n(.*?)(?=^## |\Z)", text, re.DOTALL | re.MULTILINE
    )
    assert found, f"no heading {heading!r}"
    return found[1]


def table(text: str, first: str) -> list[Row]:
    """The rows of the table whose first column has that title."""
    found = re.search(rf"^\| {first} \|.*\n\|[ -|]+\n((?:\|.*\n)+)", text, re.MULTILINE)
    assert found, f"no table of {first!r}"
    return [[cell.strip() for cell in row.strip("|").split(" | ")] for row in found[1].splitlines()]


def code(text: str) -> Iterator[str]:
    """Every line of a shell block, every piece of code in a line."""
    for block in re.findall(r"^ *```sh\n(.*?)^ *```", text, re.DOTALL | re.MULTILINE):
        yield from block.replace("\\\n", " ").splitlines()
    yield from re.findall(r"(?<!`)`([^`\n]+)`(?!`)", text)


def commands(text: str, program: str) -> list[list[str]]:
    """The words after a program's name, for each time that it's called."""
    calls = re.compile(rf"(?:^|&& |; |\()(?:\.venv/bin/)?{program} +([^;&|)#]*)")
    return [shlex.split(words) for one in code(text) for words in calls.findall(one)]


# Commands


def make_targets(*, with_help: bool) -> set[str]:
    pattern = r"^([a-z-]+):.*## " if with_help else r"^([a-z-]+):"
    return set(re.findall(pattern, (ROOT / "Makefile").read_text(), re.MULTILINE))


@DOCUMENTS
def test_every_make_command_is_a_target(text: str) -> None:
    called = {words[0] for words in commands(text, "make") if words}
    assert called
    assert called <= make_targets(with_help=False)


@DOCUMENTS
def test_every_cloudlab_command_is_understood(text: str) -> None:
    called = commands(text, "cloudlab")
    assert called
    for words in called:
        if words and words[0] != "…":
            cli.parser().parse_args(words)


def test_all_targets_and_verbs_are_listed() -> None:
    listed = {re.sub(r"`make ([a-z-]+)`", r"\1", row[0]) for row in table(README, "make")}
    assert listed == make_targets(with_help=True)
    listed = {row[0].strip("`").split()[1] for row in table(README, "cloudlab")}
    assert listed == {verb.__name__ for verb in cli.VERBS}


def test_the_two_commands_are_the_first_that_a_reader_meets() -> None:
    assert [line.split("  ")[0] for line in code(section(README, "Begin"))][:2] == [
        "make lab-up",
        "make test",
    ]
    assert (ROOT / ".ci" / "run").read_text().rstrip().endswith("make test")


# Names


def test_the_verbs_are_those_of_the_door() -> None:
    listed = [re.match(r"`(\w+)\(", row[0]) for row in table(README, "verb")]
    assert sorted(one[1] for one in listed if one) == cloudlab.__all__


def test_the_examples_name_exercises_and_files_that_exist() -> None:
    for row in table(README, "verb"):
        for name in re.findall(r'"([a-z0-9]+\.[a-z0-9-]+)"', row[0]):
            if (ROOT / "labs" / name.partition(".")[0]).is_dir():
                find_exercise(name)
            else:
                assert list((ROOT / "labs").glob(f"*/{name}"))


#: Each free word, and the module of cloudlab/lab that reads it.
FREE = {
    "LOCALSTACK_AUTH_TOKEN": "settings.py",
    "AWS_ENDPOINT_URL": "settings.py",
    "DOCKER_HOST": "engine/engines.py",
    "LAB_KIND_NODE_IMAGE": "parts/kind.py",
    "LAB_KUBE_CONTEXT": "parts/external_cluster.py",
}


def test_the_knobs_are_those_that_are_read() -> None:
    listed = {row[0].strip("`"): row[1] for row in table(README, "knob")}
    read = set(re.findall(r'_folder\("(LAB_\w+)"\)', (ROOT / "cloudlab/lab/paths.py").read_text()))
    assert set(listed) == set(KNOBS) | read | set(FREE)
    for knob, values in KNOBS.items():
        assert listed[knob] == ", ".join(f"`{value}`" for value in values)
    for name, module in FREE.items():
        assert f'"{name}"' in (ROOT / "cloudlab/lab" / module).read_text()


def test_no_variable_is_read_that_is_not_listed() -> None:
    """Whatever begins with LAB_ and is looked up anywhere, the start script included.

    One is ours to set: a part is told by it which socket is its own.
    """
    listed = {row[0].strip("`") for row in table(README, "knob")} | {LISTENER}
    lookup = re.compile(r"""(?:environ(?:\.get)?[\[(]|getenv\(|\$\{?)["']?(LAB_[A-Z_]+)""")
    for file in [*(ROOT / "cloudlab").rglob("*.py"), *(ROOT / "bootstrap").iterdir()]:
        assert set(lookup.findall(file.read_text())) <= listed, file


def backends() -> dict[tuple[str, str], type[Part]]:
    """Every part of the lab, by its name and backend, and what it may turn out to be."""
    for module in pkgutil.iter_modules(parts.__path__):
        importlib.import_module(f"{parts.__name__}.{module.name}")
    waiting: list[type[Part]] = [Part]
    found = {}
    while waiting:
        part = waiting.pop()
        waiting += part.__subclasses__()
        if part.__module__.startswith("cloudlab.") and hasattr(part, "backend"):
            found[part.name, part.backend] = part
            if part.backend in ALTERNATIVES:
                found[part.name, ALTERNATIVES[part.backend]] = part
    return found


def test_the_parts_are_those_of_the_lab_and_as_real_as_they_say() -> None:
    rows = table(README, "part")
    known = backends()
    assert {(row[0], row[1]) for row in rows} == set(known)
    for name, backend, fidelity, what in rows:
        part = known[name, backend]
        assert part.fidelity == fidelity
        for port in re.findall(r"127\.0\.0\.1:(\d+)", what):
            assert part.preferred_port == int(port)


def test_the_sections_are_listed_with_their_minutes() -> None:
    wanted = [
        [one.notebook.removesuffix(".ipynb"), one.title, str(one.minutes)]
        for one in map(load_section, section_names())
    ]
    assert table(README, "notebook") == wanted


# Requirements and places


def test_what_is_needed_is_what_the_doctor_wants() -> None:
    needed = " ".join(section(README, "What you need").split())
    aws, containers, kubernetes = (
        (f"{DISK_GB[part]:.0f} GB", f"{MEMORY_GB[part]:.0f} GB")
        for part in ("aws", "containers", "kubernetes")
    )
    assert "{} of disk, {} of free memory".format(*aws) in needed
    assert "Containers want about {} and {} more".format(*containers) in needed
    assert "Kubernetes {} and {}".format(*kubernetes) in needed
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert f"Python {project['requires-python'].replace('>=', '≥ ')}" in needed
    tools = tomllib.loads((ROOT / "cloudlab/lab/tools/tools.toml").read_text())
    systems = {f"{os}_{cpu}" for os in ("linux", "darwin") for cpu in ("amd64", "arm64")}
    for row in tools.values():  # what is neither published for a system nor built is the learner's
        assert "set" in row or "release" not in row or set(row["sha256"]) == systems


@DOCUMENTS
def test_every_link_leads_somewhere(text: str) -> None:
    links = re.findall(r"\]\(([^)#]+)\)", text)
    missing = [link for link in links if "://" not in link and not (ROOT / link).exists()]
    assert missing == []


@DOCUMENTS
def test_every_file_that_is_named_is_there(text: str) -> None:
    names = re.findall(r"`((?:cloudlab|labs|tests|notebooks|bootstrap)/[\w./-]+)`", text)
    ours = {name for name in names if name != "labs/iaas/checks.py" and "source-range" not in name}
    assert [name for name in ours if not (ROOT / name).exists()] == []


def test_git_ignores_what_is_the_learners() -> None:
    ignored = (ROOT / ".gitignore").read_text().splitlines()
    assert {"/work/", "/.lab/", "/.venv/"} <= set(ignored)


# Symptoms


def sources() -> str:
    """All that the program can say, adjacent strings joined, what is filled in left out."""
    files = [*(ROOT / "cloudlab").rglob("*.py"), *(ROOT / "bootstrap").glob("*.sh")]
    text = "\n".join(file.read_text() for file in files)
    return plain(re.sub(r'"\s*\n\s*f?"', "", text))


def plain(text: str) -> str:
    return re.sub(r"\{[^{}]*\}|\d+", "", text).lower()


def test_every_symptom_is_something_that_the_program_says() -> None:
    said = sources()
    quoted = [q for row in table(README, "what you see") for q in re.findall(r"`([^`]+)`", row[0])]
    symptoms = [one for one in quoted if one not in ("connect",) and "…" not in one]
    assert len(symptoms) > 5
    assert [one for one in symptoms if plain(one) not in said] == []


def test_every_symptom_has_a_cause_and_a_remedy() -> None:
    for row in table(README, "what you see"):
        assert len(row) == 3
        assert all(row)


# CONTRIBUTING's examples


def blocks(language: str) -> list[str]:
    found = re.findall(rf"^( *)```{language}\n(.*?)^ *```", CONTRIBUTING, re.DOTALL | re.MULTILINE)
    return [textwrap.dedent(text) for _, text in found]


def test_the_wrong_answer_shown_is_a_whole_one(tmp_path: Path) -> None:
    [example] = blocks("hcl")
    file = tmp_path / "source-range.tf"
    file.write_text(example)
    assert read_misconception(file).source.startswith("%%writefile routes_public.tf")
    find_exercise("iaas.public-subnets")


def test_the_exercise_shown_is_a_whole_one() -> None:
    [example] = blocks("toml")
    [exercise] = tomllib.loads(example)["exercises"]
    assert Exercise(**exercise).name == "public-subnets"


def test_the_check_shown_says_the_codes_that_the_exercise_has_hints_for() -> None:
    [example] = blocks("python")
    compile(example, "example", "exec")
    [exercise] = tomllib.loads(blocks("toml")[0])["exercises"]
    assert all(f'"{code}"' in example for code in exercise["first_hint"].keys() - {"default"})
    assert any(f'shows="{one}"' in example for one in exercise["prediction"]["choices"])


def test_the_tags_are_those_that_are_read() -> None:
    listed = {tag for row in table(CONTRIBUTING, "tag") for tag in re.findall(r"`([^`]+)`", row[0])}
    assert listed == AUTHORS_TAGS

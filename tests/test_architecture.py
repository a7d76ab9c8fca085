"""The house: arrows run one way, nothing names a section, small pieces, each with its tests."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import cloudlab

ROOT = Path(cloudlab.__file__).parents[1]
PACKAGE = ROOT / "cloudlab"
TESTS = ROOT / "tests"

FUNCTION_LINES = 40
MODULE_LINES = 300

# Layer → the layers that it may import from, itself included.
ARROWS = {
    "lab": {"lab"},
    "learning": {"learning", "lab"},
    "authoring": {"authoring", "learning", "lab"},
    "cli": {"cli", "authoring", "learning", "lab"},
    "__init__": {"learning"},
}

# Modules without a test file of their own name, and where they are tested instead.
MIRRORED_ELSEWHERE = {
    "cloudlab/__init__.py": "tests/test_door.py",
    "cloudlab/learning/diagrams.py": "tests/learning/network/test_diagrams.py",
    "cloudlab/learning/trace.py": "tests/learning/network/test_trace.py",
    "cloudlab/learning/errors.py": "tests/learning/test_session.py",
    "cloudlab/authoring/errors.py": "tests/authoring/test_stage.py",
}

MODULES = {
    ".".join(file.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): file
    for file in sorted(PACKAGE.rglob("*.py"))
}
TREES = {name: ast.parse(file.read_text()) for name, file in MODULES.items()}


def layer(module: str) -> str:
    return module.split(".")[1] if "." in module else "__init__"


def imports(tree: ast.AST, module: str = "") -> Iterator[str]:
    """Every module of ours that the tree imports, at the top or within a function."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name.startswith("cloudlab"))
        elif isinstance(node, ast.ImportFrom):
            yield from resolved(node, module)


def resolved(node: ast.ImportFrom, module: str) -> Iterator[str]:
    """`from cloudlab.lab import aws` imports cloudlab.lab.aws; of a name, its module.

    A relative import is told from where its module stands.
    """
    source = node.module or ""
    if node.level:
        is_package = module in MODULES and MODULES[module].name == "__init__.py"
        above = module.split(".")[: None if is_package and node.level == 1 else -node.level]
        source = ".".join([*above, *([source] if source else [])])
    for alias in node.names if source.startswith("cloudlab") else ():
        inner = f"{source}.{alias.name}"
        yield inner if inner in MODULES else source


def imports_when_loaded(module: str) -> set[str]:
    """What a module imports before it can be used: neither in a function nor for types alone."""
    found: set[str] = set()
    waiting: list[ast.AST] = [TREES[module]]
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.Import | ast.ImportFrom):
            found |= set(imports(node, module))
        elif not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and not for_types(node):
            waiting += ast.iter_child_nodes(node)
    return found


def for_types(node: ast.AST) -> bool:
    return isinstance(node, ast.If) and "TYPE_CHECKING" in ast.dump(node.test)


@pytest.mark.parametrize("module", MODULES)
def test_arrows_run_one_way(module: str) -> None:
    allowed = ARROWS[layer(module)]
    wrong = {
        name for name in imports(TREES[module], module) if layer(name) not in {*allowed, "__init__"}
    }
    assert not wrong


def test_a_relative_import_is_told_from_where_it_stands() -> None:
    tree = ast.parse("from .model import Network\nfrom . import model\nfrom ..view import LabView")
    inside = set(imports(tree, "cloudlab.learning.network.read"))
    assert inside == {"cloudlab.learning.network.model", "cloudlab.learning.view"}
    package = set(imports(ast.parse("from .model import Network"), "cloudlab.learning.network"))
    assert package == {"cloudlab.learning.network.model"}


@pytest.mark.parametrize(
    "file", sorted((ROOT / "labs").glob("*/*.py")), ids=lambda f: f"{f.parent.name}/{f.name}"
)
def test_a_room_imports_from_the_learning_layer_alone(file: Path) -> None:
    assert {layer(name) for name in imports(ast.parse(file.read_text()))} <= {"learning"}


def test_no_import_goes_in_a_circle() -> None:
    graph = {name: imports_when_loaded(name) - {"cloudlab", name} for name in MODULES}
    for start in graph:
        path = way_back(graph, start)
        assert not path, " → ".join(path)


def way_back(graph: dict[str, set[str]], start: str) -> list[str]:
    """A path from a module to itself, or nothing."""
    paths = [[start, after] for after in graph[start]]
    seen: set[str] = set()
    while paths:
        path = paths.pop()
        if path[-1] == start:
            return path
        if path[-1] not in seen:
            seen.add(path[-1])
            paths += [[*path, after] for after in graph.get(path[-1], ())]
    return []


def test_a_circle_would_be_found() -> None:
    assert way_back({"a": {"b"}, "b": {"c"}, "c": {"a"}}, "a") == ["a", "b", "c", "a"]
    assert way_back({"a": {"b"}, "b": {"c"}, "c": {"b"}}, "a") == []


def sections() -> set[str]:
    """The rooms' names, without those that are also the name of something that the lab runs."""
    from cloudlab.learning.sections import load_section, section_names

    names = section_names()
    return set(names) - {part for name in names for part in load_section(name).parts}


def strings(tree: ast.AST) -> Iterator[str]:
    """Every string of the code, docstrings left out: an example may name a section."""
    docs = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docs:
            yield node.value


def names_a_section(text: str, names: set[str]) -> bool:
    return any(
        text == name or f'"{name}' in text or f"labs/{name}" in text or text.startswith(f"{name}.")
        for name in names
    )


@pytest.mark.parametrize("module", MODULES)
def test_no_module_names_a_section(module: str) -> None:
    names = sections()
    assert [text for text in strings(TREES[module]) if names_a_section(text, names)] == []


@pytest.mark.parametrize("module", MODULES)
def test_modules_and_functions_are_small(module: str) -> None:
    assert len(MODULES[module].read_text().splitlines()) <= MODULE_LINES
    long = [
        f"{node.name}: {node.end_lineno - node.lineno + 1} lines"
        for node in ast.walk(TREES[module])
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and node.end_lineno is not None
        and node.end_lineno - node.lineno + 1 > FUNCTION_LINES
    ]
    assert long == []


def mirrors(file: Path) -> list[Path]:
    """Where a module's tests may be: `cloudlab/lab/ports.py` → `tests/lab/test_ports.py`.

    The modules of a package within a layer may share its folder: `tests/learning/network/`.
    """
    place = file.relative_to(ROOT)
    if elsewhere := MIRRORED_ELSEWHERE.get(place.as_posix()):
        return [ROOT / elsewhere]
    inner = place.relative_to("cloudlab")
    folder, within = TESTS / inner.parent, len(inner.parts) > 2
    own = folder / f"test_{inner.name}"
    return [own, folder.with_name(f"test_{folder.name}.py"), folder] if within else [own]


def speaks(module: str) -> bool:
    """Whether a module does anything: an `__init__` that holds a docstring and names doesn't."""
    return any(
        isinstance(node, ast.FunctionDef | ast.ClassDef | ast.AsyncFunctionDef)
        for node in ast.walk(TREES[module])
    )


@pytest.mark.parametrize("module", [name for name in MODULES if speaks(name)])
def test_every_module_has_its_mirror_in_tests(module: str) -> None:
    assert any(place.exists() for place in mirrors(MODULES[module]))


@pytest.mark.parametrize("listed", MIRRORED_ELSEWHERE)
def test_an_exception_is_still_needed(listed: str) -> None:
    assert (ROOT / listed).is_file()
    assert (ROOT / MIRRORED_ELSEWHERE[listed]).is_file()


def test_no_folder_of_tests_shadows_a_package() -> None:
    assert not list(TESTS.rglob("__init__.py"))
    assert not [f for f in TESTS.rglob("*") if f.is_dir() and f.name in ("kubernetes", "cloudlab")]

"""What a room's checks can say, read from their source: codes, messages, what they show.

    not_yet("main-table" if main else "no-route", seen="…", expected="…", look="…")

gives the codes main-table and no-route. A code has to be written out where it's given, or
assigned or returned in the same module: then hints can be held to it without running anything.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

from cloudlab.learning.outcomes import (
    lab_fault,
    not_attempted,
    not_runnable,
    saved_not_applied,
    settling,
)

#: Codes that every check can come to: the runner gives them, or an outcome without a code of its
#: own.
COMMON_CODES = {
    outcome.code
    for outcome in (
        not_attempted(""),
        saved_not_applied([], "", failed=False),
        settling(""),
        not_runnable("", ""),
        lab_fault("", ""),
    )
}


@dataclass
class Said:
    """What the checks of one room can say."""

    codes: set[str] = field(default_factory=set)
    messages: dict[str, set[str]] = field(default_factory=dict)
    """What was seen, where it's the same words each time, with the codes that it's given under."""
    shows: set[str] = field(default_factory=set)
    unclear: list[str] = field(default_factory=list)
    """The places of codes that can't be told without running the check."""


@dataclass(frozen=True)
class Scope:
    """Where an expression stands: the function (or module) around it, and its module."""

    around: ast.AST
    module: ast.Module
    followed: frozenset[str] = frozenset()
    """Names that led here: none is followed twice."""

    def after(self, name: str) -> Scope:
        """The same, once a name was followed."""
        return replace(self, followed=self.followed | {name})

    def assigned(self, name: str) -> list[ast.expr]:
        """What is assigned to a name here; nothing for a parameter."""
        return [
            node.value
            for node in ast.walk(self.around)
            if isinstance(node, ast.Assign)
            and any(isinstance(one, ast.Name) and one.id == name for one in node.targets)
        ]

    def function(self, name: str) -> ast.FunctionDef | None:
        """The module's function of that name."""
        found = (one for one in self.module.body if isinstance(one, ast.FunctionDef))
        return next((one for one in found if one.name == name), None)


def said_in(room: Path) -> Said:
    """Read the checks of a room: `checks.py`, or every module of the package `checks/`."""
    said = Said()
    for file in [*room.glob("checks.py"), *sorted((room / "checks").rglob("*.py"))]:
        module = ast.parse(file.read_text())
        for scope, call in _calls(module):
            _note(said, scope, call, f"{file.relative_to(room)}, line {call.lineno}")
    return said


def _calls(module: ast.Module) -> Iterator[tuple[Scope, ast.Call]]:
    """Every call, and where it stands."""
    waiting: list[tuple[ast.AST, ast.AST]] = [(module, module)]
    while waiting:
        around, node = waiting.pop(0)
        if isinstance(node, ast.Call):
            yield Scope(around, module), node
        inner = node if isinstance(node, ast.FunctionDef) else around
        waiting += [(inner, child) for child in ast.iter_child_nodes(node)]


def _note(said: Said, scope: Scope, call: ast.Call, place: str) -> None:
    name = call.func.id if isinstance(call.func, ast.Name) else ""
    given = {word.arg: word.value for word in call.keywords}
    if name == "passed" and "shows" in given:
        said.shows |= (texts(given["shows"], scope) or set()) - {""}
    if name != "not_yet":
        return
    code = call.args[0] if call.args else given.get("code")
    codes = texts(code, scope) if code else None
    if codes is None:
        said.unclear.append(place)
        return
    said.codes |= codes
    match given.get("seen"):
        case ast.Constant(value=str(seen)):
            said.messages.setdefault(seen, set()).update(codes)


def texts(node: ast.AST, scope: Scope) -> set[str] | None:
    """The strings that an expression can be; None where that can't be told."""
    match node:
        case ast.Constant(value=str(text)):
            return {text}
        case ast.IfExp(body=one, orelse=other):
            return _all([one, other], scope)
        case ast.BoolOp(values=values):
            return _all(values, scope)
        case ast.Subscript(value=ast.Dict(values=values)):
            return _all(values, scope)
        case ast.Name(id=name) if name not in scope.followed:
            return _all(scope.assigned(name), scope.after(name))
        case ast.Call(func=ast.Name(id=name)) if name not in scope.followed:
            return _returned(scope.function(name), scope.after(name))
    return None


def _returned(function: ast.FunctionDef | None, scope: Scope) -> set[str] | None:
    if function is None:
        return None
    returns = [one.value for one in ast.walk(function) if isinstance(one, ast.Return) and one.value]
    return _all(returns, replace(scope, around=function))


def _all(nodes: list[ast.expr], scope: Scope) -> set[str] | None:
    found = [texts(node, scope) for node in nodes]
    if not found or None in found:
        return None
    return {text for one in found if one for text in one}

"""What a section says of itself: `labs/<section>/section.toml`, read and validated.

The manifest is the one place where exercises are named and ordered. Nothing here knows a section
by name: a folder of `labs/` with a section.toml is a section.
"""

from __future__ import annotations

import tomllib
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Any

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    model_validator,
)

from cloudlab.lab.errors import UsageError
from cloudlab.lab.paths import paths

Slug = Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")]


def _with_default(hints: dict[str, str]) -> dict[str, str]:
    if "default" not in hints:
        raise ValueError("there is no default one, for a state that no code names")
    return hints


def _as_list(value: Any) -> Any:
    """One table is a list of one."""
    return [value] if isinstance(value, dict) else value


Variable = Annotated[str, Field(pattern=r"^[A-Z][A-Z0-9_]*_PORT$")]
Port = Annotated[int, Field(ge=1024, le=65535)]
FirstHint = Annotated[dict[str, str], AfterValidator(_with_default)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Reality(_Strict):
    """What a part of this section is on one backend, and what differs on a real cloud."""

    backends: list[str] = Field(min_length=1)
    what: str
    here: str
    cloud: str


class Prediction(_Strict):
    """A question asked before an experiment; every choice but the lab's own is a misconception."""

    question: str
    choices: dict[Slug, str] = Field(min_length=2)

    def text(self, choice: str) -> str:
        """A choice's words; its key where an older workbook offered it and this one doesn't."""
        return self.choices.get(choice, f"{choice}.")


class Exercise(_Strict):
    """One exercise: `name` is its slug within the section.

    `parts` are those of the section's that it needs (None: all of them; []: none, it can be done
    without). With `backends` it's judged on these alone.
    """

    name: Slug
    title: str
    objective: Slug
    core: bool
    minutes: int = Field(gt=0)
    teaches: list[str] = Field(default_factory=list, max_length=2)
    first_hint: FirstHint
    hints: list[str] = Field(min_length=1, max_length=2)
    prediction: Prediction | None = None
    parts: list[str] | None = None
    backends: list[str] | None = Field(default=None, min_length=1)
    waits: float = Field(default=20.0, gt=0, le=300)
    """Seconds that its check waits for a lab that is still settling."""


class Applied(_Strict):
    """What makes a saved file count: a command, and the files that it reads.

    A file is meant by its ending (".tf"), its name or a pattern ("Dockerfile", "web/*.js"). With
    `each`, the command applies those files alone which its line names, or the folder that it names.
    """

    command: str
    files: list[str] = Field(min_length=1)
    each: bool = False


class Section(_Strict):
    """One section of the workbook; `name` is the folder's."""

    name: Slug
    title: str
    minutes: int = Field(gt=0)
    notebook: str
    parts: list[str]
    tools: list[str] = Field(default_factory=list)
    assumes: list[str] = Field(default_factory=list)
    needs: list[str] = Field(default_factory=list)
    teaches: list[str] = Field(default_factory=list)
    applied_by: Annotated[list[Applied], BeforeValidator(_as_list)] = Field(default_factory=list)
    images: list[str] = Field(default_factory=list)
    ports: dict[Variable, Port] = Field(default_factory=dict)
    cluster_images: dict[str, str] = Field(default_factory=dict)
    """On kind: the tags that manifests name, and the folder or the image behind each."""
    project: bool = False
    """Whether it's built on what others taught, with exercises fewer or longer than theirs."""
    divide_at: Slug | None = None
    """Where a rehearsal in two labs, side by side, divides: the exercise that one begins with."""
    objectives: dict[Slug, str]
    reality: list[Reality] = Field(default_factory=list)
    exercises: list[Exercise]

    @model_validator(mode="after")
    def _exercises_need_no_more_than_the_section(self) -> Section:
        for one in self.exercises:
            if more := set(one.parts or ()) - set(self.parts):
                raise ValueError(f"{one.name} needs {', '.join(sorted(more))}: the section doesn't")
        return self

    @model_validator(mode="after")
    def _divides_at_an_exercise(self) -> Section:
        if self.divide_at and self.divide_at not in [one.name for one in self.exercises[1:]]:
            raise ValueError(f"divide_at is {self.divide_at}: it's to be an exercise but the first")
        return self

    @property
    def room(self) -> Path:
        """The folder that holds the section's files."""
        return paths().room(self.name)

    @property
    def tag(self) -> dict[str, str]:
        """The tag that every AWS resource of the section carries."""
        return {"Section": self.name}

    def exercise(self, slug: str) -> Exercise:
        """The exercise of that slug, or `UsageError` naming those that exist."""
        for exercise in self.exercises:
            if exercise.name == slug:
                return exercise
        known = ", ".join(f"{self.name}.{e.name}" for e in self.exercises)
        raise UsageError(
            f"There is no exercise {self.name}.{slug}.", f"{self.name} has these: {known}."
        )

    def full_name(self, exercise: Exercise) -> str:
        """`iaas.heal`: the name that check, hint and predict take."""
        return f"{self.name}.{exercise.name}"


def section_names() -> list[str]:
    """Every section, in the order of its notebook's number."""
    manifests = (paths().root / "labs").glob("*/section.toml")
    return sorted((m.parent.name for m in manifests), key=lambda n: load_section(n).notebook)


@lru_cache
def load_section(name: str) -> Section:
    """The manifest of `labs/<name>`; `UsageError` when there is none or it doesn't validate."""
    manifest = paths().room(name) / "section.toml"
    if not manifest.is_file():
        found = (paths().root / "labs").glob("*/section.toml")
        known = ", ".join(sorted(m.parent.name for m in found))
        raise UsageError(f"There is no section {name!r}.", f"The sections are: {known}.")
    try:
        return Section(name=name, **tomllib.loads(manifest.read_text()))
    except (tomllib.TOMLDecodeError, TypeError, ValidationError) as error:
        raise UsageError(f"labs/{name}/section.toml: {error}", "Mend the manifest.") from error


def find_exercise(full_name: str) -> tuple[Section, Exercise]:
    """`iaas.heal` → its section and exercise; `UsageError` when the name fits none."""
    section_name, dot, slug = full_name.partition(".")
    if not dot:
        raise UsageError(
            f"{full_name!r} names no exercise.",
            'A name is section.exercise, in quotes: check("section.exercise").',
        )
    section = load_section(section_name)
    return section, section.exercise(slug)

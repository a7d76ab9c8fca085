"""Which image each name stands for on this machine: the official one, or its stand-in."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from cloudlab.lab.images import standins
from cloudlab.lab.images.engine import Engine
from cloudlab.lab.images.table import Image, rows

OFFICIAL, STANDINS = "official images", "Debian stand-ins"


@dataclass(frozen=True)
class Chosen:
    """Each image by its name, as the engine has it."""

    images: dict[str, str]

    @property
    def backend(self) -> str:
        """Official, if all are."""
        made = any(tag.startswith(f"{standins.REPOSITORY}/") for tag in self.images.values())
        return STANDINS if made else OFFICIAL

    @property
    def variables(self) -> dict[str, str]:
        """The variables by which Dockerfiles and compose files are told."""
        return {image.variable: self.images[image.name] for image in rows(tuple(self.images))}


def obtain(names: Sequence[str], engine: Engine, say: Callable[[str], None]) -> Chosen:
    """Have them all: those that are here are taken, else pulled, else their stand-ins built."""
    wanted = rows(tuple(names))
    found = _here(wanted, engine)
    found |= _pulled([image for image in wanted if image.name not in found], engine, say)
    if rest := [image for image in wanted if image.name not in found]:
        standins.build(rest, engine, say)
        found |= {image.name: standins.tag(image.name) for image in rest}
    return Chosen({image.name: found[image.name] for image in wanted})


def _here(wanted: Sequence[Image], engine: Engine) -> dict[str, str]:
    """What needs nothing more: the official image before its stand-in."""
    choices = {image.name: (image.official, standins.tag(image.name)) for image in wanted}
    here = engine.here([tag for two in choices.values() for tag in two]) if choices else set()
    taken = {name: [tag for tag in two if tag in here] for name, two in choices.items()}
    return {name: tags[0] for name, tags in taken.items() if tags}


def _pulled(wanted: Sequence[Image], engine: Engine, say: Callable[[str], None]) -> dict[str, str]:
    """What a registry gives; the first refusal ends it: the rest would wait as long for theirs."""
    pulled: dict[str, str] = {}
    for number, image in enumerate(wanted, 1):
        say(f"pulling {image.official} ({number} of {len(wanted)})")
        if not engine.pull(image.official):
            say(f"{image.official} can't be pulled: stand-ins of Debian's packages instead")
            break
        pulled[image.name] = image.official
    return pulled

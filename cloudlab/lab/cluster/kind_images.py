"""The sections' own images, brought to the nodes of a kind cluster under the names in manifests.

A room's section.toml says which: `[cluster_images]`, a tag → a folder of labs/ with a Dockerfile,
or the name of a row of images.toml.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable

from cloudlab.lab.cluster.kind import Kind
from cloudlab.lab.images import Engine, obtain
from cloudlab.lab.images.table import table
from cloudlab.lab.paths import paths

#: A Dockerfile's question for one of our images.
ARGUMENT = re.compile(r"^ARG (\w+_IMAGE)\b", re.MULTILINE)


def wanted() -> dict[str, str]:
    """Tag → source, of all rooms."""
    rooms = (paths().root / "labs").glob("*/section.toml")
    tables = [tomllib.loads(file.read_text()).get("cluster_images", {}) for file in rooms]
    return {tag: source for table in tables for tag, source in table.items()}


def bring(cluster: Kind, say: Callable[[str], None]) -> None:
    """Have each image, and load it; the engine keeps no name that it hadn't."""
    for tag, source in wanted().items():
        had = bool(cluster.engine.here([tag]))
        if not had:
            _make(tag, source, cluster.engine, say)
        say(f"loading {tag} into the nodes")
        cluster.load(tag)
        if not had:
            cluster.engine.run(["docker", "image", "rm", tag])


def _make(tag: str, source: str, engine: Engine, say: Callable[[str], None]) -> None:
    """Build the folder's Dockerfile, or name what stands for an official image."""
    folder = paths().root / "labs" / source
    if not folder.is_dir():
        (image,) = obtain([source], engine, say).images.values()
        engine.run(["docker", "tag", image, tag])
        return
    known = {image.variable: image.name for image in table().values()}
    asked = ARGUMENT.findall((folder / "Dockerfile").read_text())
    chosen = obtain([known[name] for name in asked if name in known], engine, say)
    say(f"building {tag}")
    engine.build(folder, tag, **chosen.variables)

"""Where the lab keeps its things. Computed at each call, so that a test can move them."""

import os
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import cloudlab
from cloudlab.lab.errors import Unwritable

#: What the lab writes may hold a token or a learner's answers: nobody else reads it.
PRIVATE_FOLDER, PRIVATE_FILE = 0o700, 0o600


@dataclass(frozen=True)
class Paths:
    """The folders of one lab: two labs never share `state` or `work`, all share `cache`."""

    root: Path
    """The checkout: `labs/` and `notebooks/` stand here."""
    state: Path
    """Logs, pids, endpoints: gone with `cloudlab reset`."""
    work: Path
    """The learner's own files."""

    @property
    def cache(self) -> Path:
        """Downloads, shared by all checkouts."""
        return _folder("LAB_CACHE") or _user_folder("cache")

    @property
    def data(self) -> Path:
        """Progress: outlives the lab and the checkout."""
        return _folder("LAB_DATA_DIR") or _user_folder("data")

    def room(self, section: str) -> Path:
        """The section's room, e.g. `labs/iaas`."""
        return self.root / "labs" / section

    def log(self, name: str) -> Path:
        """The log of a part, e.g. `.lab/logs/aws.log`."""
        return private_folder(self.state / "logs") / f"{name}.log"


def paths() -> Paths:
    """The folders in force: the defaults, or what LAB_STATE_DIR and its siblings say."""
    root = Path(cloudlab.__file__).resolve().parents[1]
    state, work = _folder("LAB_STATE_DIR"), _folder("LAB_WORK_DIR")
    return Paths(root=root, state=state or root / ".lab", work=work or root / "work")


def _folder(variable: str) -> Path | None:
    """The folder that the variable names, resolved: it identifies the lab to its processes."""
    value = os.environ.get(variable)
    return Path(value).expanduser().resolve() if value else None


def _user_folder(kind: Literal["cache", "data"]) -> Path:
    """The user's cache or data folder on this system."""
    import platformdirs  # seldom needed, and slow to import

    find = {"cache": platformdirs.user_cache_path, "data": platformdirs.user_data_path}[kind]
    return find("cloudlab")


def private_folder(folder: Path) -> Path:
    """Make the folder (and its parents) for this user alone; an `Unwritable` says why not."""
    try:
        folder.mkdir(mode=PRIVATE_FOLDER, parents=True, exist_ok=True)
    except OSError as error:
        raise Unwritable.because(folder, error) from error
    return folder


def write_private(path: Path, text: str) -> Path:
    """Write the file whole or not at all, for this user alone."""
    private_folder(path.parent)
    draft = path.with_name(f"{path.name}.{os.getpid()}.{threading.get_ident()}.new")
    try:
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, PRIVATE_FILE)
        with os.fdopen(descriptor, "w") as file:
            file.write(text)
        draft.replace(path)
    except OSError as error:
        draft.unlink(missing_ok=True)
        raise Unwritable.because(path, error) from error
    return path

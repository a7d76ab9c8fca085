"""The learner's folder: copies of the notebooks, never the tracked files themselves.

work/01-iaas.ipynb   as it was laid → an update replaces it
                     touched        → kept; the update is laid beside it, NAME.new.ipynb
work/iaas/           what cells write, and where their commands run: never touched here
"""

import hashlib
import json
import shutil
from pathlib import Path

from cloudlab.lab.paths import paths, private_folder, write_private
from cloudlab.lab.progress import Progress

#: What was laid: name → SHA-256.
LAID = ".laid.json"
#: Terraform's memory of what exists: wrong once the lab forgot it.
TERRAFORM_MEMORY = ("terraform.tfstate*", ".terraform.tfstate.lock.info")


def lay(progress: Progress) -> list[str]:
    """Lay new and updated notebooks; returns the names laid beside a touched one."""
    work = private_folder(paths().work)
    laid, beside = _laid(work), []
    for source in sorted((paths().root / "notebooks").glob("*.ipynb")):
        if _lay_one(source, work / source.name, laid):
            beside.append(source.with_suffix(".new.ipynb").name)
            progress.note(
                f"work/{source.name} has your changes and stays; "
                f"the updated one is work/{beside[-1]}"
            )
    write_private(work / LAID, json.dumps(laid, indent=1))
    return beside


def forget_terraform() -> None:
    """Remove Terraform's states from the sections' folders: what they describe is gone."""
    for pattern in TERRAFORM_MEMORY:
        for file in paths().work.glob(f"*/{pattern}"):
            file.unlink()


def _lay_one(source: Path, target: Path, laid: dict[str, str]) -> bool:
    """Lay one notebook; whether it went beside the learner's."""
    new, beside = _sha256(source), _beside(target)
    if _is_ours(target, laid, new):
        _copy(source, target)
        laid[target.name] = new
        return False
    if new in (laid.get(target.name), laid.get(beside.name)) or not _is_ours(beside, laid, new):
        return False  # no update since, or it lies there already, or they work on that one too
    _copy(source, beside)
    laid[beside.name] = new
    return True


def _is_ours(file: Path, laid: dict[str, str], new: str) -> bool:
    """Whether nothing of the learner's is lost by replacing the file."""
    return not file.exists() or _sha256(file) in (laid.get(file.name), new)


def _beside(target: Path) -> Path:
    """01-iaas.ipynb → 01-iaas.new.ipynb"""
    return target.with_suffix(".new.ipynb")


def _copy(source: Path, target: Path) -> None:
    """Whole or not at all: a notebook may be open. An equal one is left alone."""
    if target.exists() and _sha256(source) == _sha256(target):
        return
    draft = target.with_suffix(".part")
    shutil.copyfile(source, draft)
    draft.replace(target)


def _laid(work: Path) -> dict[str, str]:
    """What was laid; nothing where the memory is missing or broken (all then count as touched)."""
    try:
        found = json.loads((work / LAID).read_text())
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _sha256(file: Path) -> str:
    """The file's SHA-256."""
    return hashlib.sha256(file.read_bytes()).hexdigest()

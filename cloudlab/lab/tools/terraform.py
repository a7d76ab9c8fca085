"""Where Terraform takes its providers from: a folder on this machine, never a cell's own download.

`.lab/terraform.tfrc` names the mirrors found and forbids the registry, so that `terraform init`
in a notebook works without a network, and fails at once where a provider is missing.
"""

import json
import os
import platform
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from cloudlab.lab.errors import ToolMissing
from cloudlab.lab.paths import paths, private_folder, write_private

REGISTRY = "registry.terraform.io"
#: The provider that the notebooks are written for.
PROVIDER, PROVIDER_VERSION = "hashicorp/aws", "5.100.0"
#: System folders of which each subfolder is looked into.
SYSTEM_FOLDERS = (
    "/opt",
    "/srv",
    "/usr/lib",
    "/usr/local/lib",
    "/usr/share",
    "/usr/local/share",
    "/var/lib",
)


def configuration(mirrors: Iterable[Path]) -> str:
    """Terraform's CLI configuration: these mirrors and nothing else."""
    blocks = "".join(
        f"  filesystem_mirror {{\n    path    = {json.dumps(str(folder))}\n"
        f'    include = ["{REGISTRY}/*/*"]\n  }}\n'
        for folder in mirrors
    )
    return f"disable_checkpoint = true\nprovider_installation {{\n{blocks}}}\n"


def configure(terraform: Path | None, say: Callable[[str], None] = lambda text: None) -> list[Path]:
    """Write `.lab/terraform.tfrc` for the mirrors there are; fetch the provider where none has it.

    Without a mirror and without the registry the file forbids both, and a `ToolMissing` says so.
    """
    mirrors = find_mirrors()
    missing = None
    if not mirrors and terraform:
        say(f"fetching the provider {PROVIDER} {PROVIDER_VERSION}")
        try:
            mirrors = [fetch_mirror(terraform)]
        except ToolMissing as error:
            missing = error
    write_private(paths().state / "terraform.tfrc", configuration(mirrors))
    if missing:
        raise missing
    return mirrors


def find_mirrors() -> list[Path]:
    """The folders on this machine that hold the AWS provider for this system."""
    return [folder for folder in _candidates() if _holds_provider(folder)]


def _candidates() -> Iterator[Path]:
    """Our own mirror, the CLI's plugin folders, then a level below the system's folders."""
    home = Path.home()
    data = os.environ.get("XDG_DATA_HOME") or home / ".local/share"
    shared = os.environ.get("XDG_DATA_DIRS", "/usr/local/share:/usr/share").split(":")
    yield our_mirror()
    yield home / ".terraform.d/plugins"
    yield home / "Library/Application Support/io.terraform/plugins"
    yield from (Path(one) / "terraform/plugins" for one in (data, *shared) if one)
    for folder in SYSTEM_FOLDERS:
        yield from (one.parent for one in sorted(Path(folder).glob(f"*/{REGISTRY}")))


def our_mirror() -> Path:
    """Where a provider that we fetched is kept, for all checkouts."""
    return paths().cache / "providers"


def _holds_provider(mirror: Path) -> bool:
    """Whether the mirror has a 5.x AWS provider for this system, packed or unpacked."""
    folder = mirror / REGISTRY / PROVIDER
    major, system = PROVIDER_VERSION.split(".")[0], system_name()
    unpacked = folder.glob(f"{major}.*/{system}/terraform-provider-*")
    packed = folder.glob(f"terraform-provider-aws_{major}.*_{system}.zip")
    return any(unpacked) or any(packed)


def fetch_mirror(terraform: Path) -> Path:
    """Let Terraform itself download the provider (it checks the registry's signature)."""
    mirror = private_folder(our_mirror())
    with tempfile.TemporaryDirectory() as scratch:
        Path(scratch, "providers.tf").write_text(
            f'terraform {{\n  required_providers {{\n    aws = {{ source = "{PROVIDER}", '
            f'version = "{PROVIDER_VERSION}" }}\n  }}\n}}\n'
        )
        _run_mirror(terraform, mirror, Path(scratch))
    _unpack(mirror)
    return mirror


def _run_mirror(terraform: Path, mirror: Path, scratch: Path) -> None:
    """`terraform providers mirror`, with the learner's own network but not their configuration."""
    (scratch / "empty.tfrc").touch()
    ours = {
        "TF_CLI_CONFIG_FILE": str(scratch / "empty.tfrc"),
        "CHECKPOINT_DISABLE": "1",
        "TF_REGISTRY_CLIENT_TIMEOUT": "10",
        "TF_REGISTRY_DISCOVERY_RETRY": "0",
    }
    done = subprocess.run(
        [terraform, "providers", "mirror", mirror],
        cwd=scratch,
        env={**os.environ, **ours},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise ToolMissing(
            "Terraform has no AWS provider: no mirror on this machine, and the registry "
            "doesn't answer",
            f"connect once and run `cloudlab up` again, or put a folder {REGISTRY} (from "
            "`terraform providers mirror`) below ~/.terraform.d/plugins",
        )


def _unpack(mirror: Path) -> None:
    """Unpack what was mirrored: from a folder Terraform links, a zip it would copy each time."""
    folder = mirror / REGISTRY / PROVIDER
    for archive in folder.glob(f"*_{system_name()}.zip"):
        target = private_folder(folder / PROVIDER_VERSION / system_name())
        with zipfile.ZipFile(archive) as packed:
            packed.extractall(target)
        for binary in target.glob("terraform-provider-*"):
            binary.chmod(0o755)
        archive.unlink()


def system_name() -> str:
    """This system as HashiCorp writes it, e.g. "linux_amd64"."""
    machine = {"x86_64": "amd64", "aarch64": "arm64"}.get(platform.machine(), platform.machine())
    return f"{sys.platform}_{machine}"

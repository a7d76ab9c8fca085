import subprocess
from pathlib import Path

import pytest

from cloudlab.lab.errors import ToolMissing
from cloudlab.lab.paths import paths
from cloudlab.lab.tools import terraform


@pytest.fixture(autouse=True)
def own_places(monkeypatch, tmp_path):
    monkeypatch.setenv("LAB_STATE_DIR", str(tmp_path / "lab"))
    monkeypatch.setenv("LAB_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("XDG_DATA_DIRS", str(tmp_path / "shared"))
    monkeypatch.delenv("XDG_DATA_HOME", raising=False)
    monkeypatch.setattr(terraform, "SYSTEM_FOLDERS", (str(tmp_path / "opt"),))


def mirror(folder: Path, version: str = "5.99.0", system: str | None = None) -> Path:
    at = (
        folder
        / terraform.REGISTRY
        / "hashicorp/aws"
        / version
        / (system or terraform.system_name())
    )
    at.mkdir(parents=True)
    (at / f"terraform-provider-aws_v{version}_x5").touch()
    return folder


@pytest.mark.parametrize(
    "place", ["cache/providers", "home/.terraform.d/plugins", "shared/terraform/plugins", "opt/any"]
)
def test_a_mirror_is_found_where_it_may_lie(tmp_path, place):
    assert terraform.find_mirrors() == []
    found = mirror(tmp_path / place)
    assert terraform.find_mirrors() == [found]


def test_a_packed_mirror_counts(tmp_path):
    folder = tmp_path / "opt/any" / terraform.REGISTRY / "hashicorp/aws"
    folder.mkdir(parents=True)
    (folder / f"terraform-provider-aws_5.90.0_{terraform.system_name()}.zip").touch()
    assert terraform.find_mirrors() == [tmp_path / "opt/any"]


def test_another_major_version_or_system_does_not(tmp_path):
    mirror(tmp_path / "opt/old", version="4.67.0")
    mirror(tmp_path / "opt/other", system="plan9_mips")
    assert terraform.find_mirrors() == []


def test_the_configuration_names_the_mirrors_and_nothing_else(tmp_path):
    found = mirror(tmp_path / 'opt/a "b"')
    assert terraform.configure(Path("terraform")) == [found]
    text = (paths().state / "terraform.tfrc").read_text()
    assert 'a \\"b\\"' in text
    assert "direct" not in text


def test_no_mirror_and_no_registry_is_one_line_and_still_forbids_the_registry(tmp_path):
    refusing = tmp_path / "terraform"
    refusing.write_text("#!/bin/sh\nexit 1\n")
    refusing.chmod(0o755)
    with pytest.raises(ToolMissing, match="Terraform has no AWS provider") as caught:
        terraform.configure(refusing)
    assert "\n" not in caught.value.what
    text = (paths().state / "terraform.tfrc").read_text()
    assert "provider_installation {\n}" in text


def test_a_mirror_fetched_is_unpacked_once_for_all(tmp_path):
    """A stand-in for `terraform providers mirror`: the registry isn't reachable from tests."""
    stand_in = tmp_path / "terraform"
    folder = f"$3/{terraform.REGISTRY}/hashicorp/aws"
    archive = f"terraform-provider-aws_{terraform.PROVIDER_VERSION}_{terraform.system_name()}.zip"
    stand_in.write_text(
        f'#!/bin/sh\ngrep -q "hashicorp/aws" providers.tf && mkdir -p {folder} && cd {folder} &&\n'
        "touch terraform-provider-aws_v5_x5 && python3 -m zipfile -c "
        f"{archive} terraform-provider-aws_v5_x5 && rm terraform-provider-aws_v5_x5\n"
    )
    stand_in.chmod(0o755)
    assert terraform.configure(stand_in) == [terraform.our_mirror()]
    assert terraform.find_mirrors() == [terraform.our_mirror()]
    assert not list(terraform.our_mirror().rglob("*.zip"))


@pytest.mark.lab
def test_terraform_itself_takes_the_provider_from_there_and_reaches_the_lab(lab, tmp_path):
    """`init` and `apply` with the lab's environment alone, against both backends."""
    import os

    from cloudlab.lab.environment import safe_environment
    from cloudlab.lab.state import load_state

    os.environ["LAB_STATE_DIR"] = str(lab.state)
    env = safe_environment(os.environ, load_state())
    work = tmp_path / "room"
    work.mkdir()
    (work / "main.tf").write_text(
        'resource "aws_vpc" "v" { cidr_block = "10.8.0.0/16" }\n'
        'resource "aws_s3_bucket" "b" { bucket = "terraform-was-here" }\n'
    )
    for words in ("init", "apply -auto-approve", "destroy -auto-approve"):
        done = subprocess.run(
            ["terraform", *words.split(), "-no-color"],
            cwd=work, env=env, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
    assert "2 destroyed" in done.stdout

"""What `prepare.py` makes: kept when it's there, readable where it must be, and nowhere else."""

from __future__ import annotations

import ipaddress
import runpy
import stat
from collections.abc import Callable
from pathlib import Path

import pytest
from cryptography import x509

Prepare = Callable[[Path], None]


@pytest.fixture
def prepare(app: Path) -> Prepare:
    made: Prepare = runpy.run_path(str(app / "prepare.py"))["prepare"]
    return made


def test_the_certificate_is_for_this_machine(prepare: Prepare, tmp_path: Path) -> None:
    prepare(tmp_path)
    pem = (tmp_path / "ssl" / "certificate.pem").read_bytes()
    names = x509.load_pem_x509_certificate(pem).extensions.get_extension_for_class(
        x509.SubjectAlternativeName
    )
    assert names.value.get_values_for_type(x509.DNSName) == ["localhost"]
    assert names.value.get_values_for_type(x509.IPAddress) == [ipaddress.ip_address("127.0.0.1")]
    assert b"PRIVATE KEY" in (tmp_path / "ssl" / "key.pem").read_bytes()


def test_a_second_time_changes_nothing(prepare: Prepare, tmp_path: Path) -> None:
    def contents() -> dict[Path, bytes]:
        return {one: one.read_bytes() for one in tmp_path.rglob("*") if one.is_file()}

    prepare(tmp_path)
    before = contents()
    prepare(tmp_path)
    assert contents() == before
    assert len(before) == 3


def test_nobody_else_gets_into_the_folders_and_containers_can_read_the_files(
    prepare: Prepare, tmp_path: Path
) -> None:
    prepare(tmp_path)
    for folder in ("ssl", "secrets"):
        assert stat.S_IMODE((tmp_path / folder).stat().st_mode) == 0o700
        for file in (tmp_path / folder).iterdir():
            assert stat.S_IMODE(file.stat().st_mode) == 0o644


def test_two_folders_have_two_passwords(prepare: Prepare, tmp_path: Path) -> None:
    for name in ("a", "b"):
        prepare(tmp_path / name)
    first, second = ((tmp_path / name / "secrets" / "database_password") for name in ("a", "b"))
    assert first.read_text() != second.read_text()

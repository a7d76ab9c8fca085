"""Whom this machine trusts beyond everybody: found wherever an administrator put it, no more."""

from __future__ import annotations

from pathlib import Path

import certifi
import pytest

from cloudlab.lab.images import certificates

OWN = "-----BEGIN CERTIFICATE-----\nb3VyIG93bg==\n-----END CERTIFICATE-----\n"
OTHER = "-----BEGIN CERTIFICATE-----\nYW5vdGhlcg==\n-----END CERTIFICATE-----\n"


@pytest.fixture(autouse=True)
def added(tmp_path, monkeypatch):
    """An empty folder of an administrator's, and no variable set."""
    monkeypatch.setattr(certificates, "ADDED", tmp_path / "added")
    monkeypatch.setattr(certificates, "USUAL", tmp_path / "usual")
    for name in certificates.BUNDLES:
        monkeypatch.delenv(name, raising=False)
    for folder in ("added", "usual"):
        (tmp_path / folder).mkdir()
    return tmp_path / "added"


def test_an_ordinary_machine_has_none():
    assert certificates.extra() == []


def test_what_an_administrator_added_is_found(added):
    (added / "company.crt").write_text(OWN)
    (added / "notes.txt").write_text(OTHER)
    assert certificates.extra() == [OWN]


@pytest.mark.parametrize("variable", certificates.BUNDLES)
def test_of_a_bundle_only_what_nobody_else_trusts(variable, tmp_path, monkeypatch):
    bundle = tmp_path / "bundle.pem"
    bundle.write_text(Path(certifi.where()).read_text() + OWN)
    monkeypatch.setenv(variable, str(bundle))
    assert certificates.extra() == [OWN]


def test_what_debian_itself_trusts_is_none(added, tmp_path):
    (added / "one.crt").write_text(OWN)
    (tmp_path / "usual" / "one.crt").write_text(OWN)
    assert certificates.extra() == []


def test_one_that_is_named_twice_counts_once_and_the_order_is_always_the_same(
    added, tmp_path, monkeypatch
):
    bundle = tmp_path / "bundle.pem"
    bundle.write_text(OTHER + OWN + "not a certificate")
    (added / "a.crt").write_text(OWN)
    monkeypatch.setenv("SSL_CERT_FILE", str(bundle))
    assert certificates.extra() == sorted([OTHER, OWN], key=lambda one: one != OTHER)


def test_a_bundle_that_is_not_there_is_none(monkeypatch):
    monkeypatch.setenv("SSL_CERT_FILE", "/nowhere/bundle.pem")
    assert certificates.extra() == []


def test_each_is_laid_in_a_file_of_its_own(added, tmp_path):
    (added / "both.crt").write_text(OWN + OTHER)
    (tmp_path / "laid").mkdir()
    certificates.lay(tmp_path / "laid")
    found = sorted((tmp_path / "laid").iterdir())
    assert [file.name for file in found] == ["host-1.crt", "host-2.crt"]
    assert {file.read_text() for file in found} == {OWN, OTHER}

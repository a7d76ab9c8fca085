"""The certificate authorities that this machine trusts beyond the usual ones.

A company's proxy signs what passes through it by a CA of its own. A container knows nothing of
that: unless its image brings the CA, npm, go and pip in it trust nobody.
"""

import base64
import os
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

#: Where Debian and its kin keep what an administrator has added.
ADDED = Path("/usr/local/share/ca-certificates")
#: Where Debian keeps what everybody trusts.
USUAL = Path("/usr/share/ca-certificates")
#: Variables that name a bundle.
BUNDLES = ("SSL_CERT_FILE", "NODE_EXTRA_CA_CERTS", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")

PEM = re.compile(r"-----BEGIN CERTIFICATE-----(.+?)-----END CERTIFICATE-----", re.DOTALL)


def extra() -> list[str]:
    """Each such certificate in PEM, always in the same order."""
    import certifi

    bundles = {Path(value) for name in BUNDLES if (value := os.environ.get(name))}
    usual = set(_certificates([Path(certifi.where()), *_files(USUAL)]))
    return [_pem(one) for one in sorted(set(_certificates([*_files(ADDED), *bundles])) - usual)]


def lay(folder: Path) -> None:
    """Write each into a file of its own, as Debian's update-ca-certificates wants them."""
    for number, text in enumerate(extra(), 1):
        (folder / f"host-{number}.crt").write_text(text)


def _files(folder: Path) -> list[Path]:
    return sorted(folder.rglob("*.crt"))


def _certificates(files: Iterable[Path]) -> Iterator[bytes]:
    """The certificates in the files, without their armour; a file that can't be read has none."""
    for file in files:
        try:
            text = file.read_text(errors="replace")
        except OSError:
            continue
        for body in PEM.findall(text):
            yield base64.b64decode("".join(body.split()))


def _pem(certificate: bytes) -> str:
    text = base64.b64encode(certificate).decode()
    lines = [text[at : at + 64] for at in range(0, len(text), 64)]
    return "\n".join(["-----BEGIN CERTIFICATE-----", *lines, "-----END CERTIFICATE-----", ""])

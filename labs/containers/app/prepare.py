"""Make what the application needs and no repository may hold: a password and a certificate.

    python prepare.py [FOLDER]

They stand in `secrets/` and `ssl/` beside compose.yaml, and are kept when they're there: a database
knows the password from its first start. The folders are the owner's alone; the files within are
readable, since the containers, which see the files and not the folders, don't run as their owner.
"""

import ipaddress
import secrets
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

NAMES = [x509.DNSName("localhost"), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]
DAYS = 90


def prepare(folder: Path) -> None:
    """Make what is missing in this folder."""
    for name in ("secrets", "ssl"):
        (folder / name).mkdir(mode=0o700, parents=True, exist_ok=True)
    password = folder / "secrets" / "database_password"
    if not password.exists():
        write(password, secrets.token_urlsafe(24).encode())
    key, certificate = folder / "ssl" / "key.pem", folder / "ssl" / "certificate.pem"
    if not (key.exists() and certificate.exists()):
        for file, content in zip((key, certificate), make_certificate(), strict=True):
            write(file, content)


def make_certificate() -> tuple[bytes, bytes]:
    """A key and a certificate for this machine, signed by itself: a client is told to trust it."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(minutes=5))
        .not_valid_after(now + timedelta(days=DAYS))
        .add_extension(x509.SubjectAlternativeName(NAMES), critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    plain, pkcs8 = serialization.NoEncryption(), serialization.PrivateFormat.PKCS8
    return key.private_bytes(pem, pkcs8, plain), certificate.public_bytes(pem)


def write(file: Path, content: bytes) -> None:
    """Whole, or not at all."""
    half = file.with_suffix(".half")
    half.write_bytes(content)
    half.chmod(0o644)
    half.replace(file)


if __name__ == "__main__":
    prepare(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent)

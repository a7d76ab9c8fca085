"""A lab's own certificate authority: every component proves who it is, and so does the learner.

A cluster tells its clients apart by certificates: the name is the user, the organisation a group.
All keys are the lab's alone (0600), made once and kept for as long as its data.
"""

import datetime
import ipaddress
from collections.abc import Sequence
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey as Key
from cryptography.x509 import Certificate

from cloudlab.lab.paths import write_private
from cloudlab.lab.ports import HOST

Authority = tuple[Certificate, Key]

#: Longer than any lab lives.
DAYS = 3650
#: This file says that all are there.
COMPLETE = "complete"
#: Who may do everything, by the cluster's own rules.
MASTERS = "system:masters"

#: Client certificates: file → (user, group). Elsewhere each controller has an account of its own;
#: making forty of them, at twenty calls a second, would be half of a cluster's start.
CLIENTS: dict[str, tuple[str, str | None]] = {
    "admin": ("lab-admin", MASTERS),
    "controller-manager": ("system:kube-controller-manager", MASTERS),
    "scheduler": ("system:kube-scheduler", None),
    "kwok": ("system:kwok", None),
    "metrics-server": ("system:metrics-server", None),
    "kubelet-client": ("kube-apiserver-kubelet-client", MASTERS),
}
#: Servers: file → the names under which they are called.
SERVERS: dict[str, tuple[str, ...]] = {
    "apiserver": (
        "localhost",
        "kubernetes",
        "kubernetes.default",
        "kubernetes.default.svc",
        "kubernetes.default.svc.cluster.local",
    ),
    "kubelet": ("localhost",),
    "metrics": ("localhost", "metrics-server.kube-system.svc"),
}
#: What vouches for the API server when it passes a call on to another server.
FRONT_PROXY, FRONT_PROXY_CLIENT = "front-proxy-ca", "front-proxy-client"


def lay(folder: Path) -> None:
    """Make them, unless all are there."""
    if not (folder / COMPLETE).exists():
        _make(folder)
        write_private(folder / COMPLETE, "")


def _make(folder: Path) -> None:
    """Two authorities, the certificates, and the key that signs the tokens of service accounts."""
    authority = _authority(folder, "ca", "lab-ca")
    for name, (user, group) in CLIENTS.items():
        _client(folder, name, user, group, authority)
    for name, called in SERVERS.items():
        _server(folder, name, called, authority)
    passing_on = _authority(folder, FRONT_PROXY, FRONT_PROXY)
    _client(folder, FRONT_PROXY_CLIENT, FRONT_PROXY_CLIENT, None, passing_on)
    _save_key(folder, "service-accounts", _key())


def _authority(folder: Path, name: str, title: str) -> Authority:
    """A certificate that signs others."""
    key = _key()
    subject = _name(title, None)
    may_sign = x509.KeyUsage(True, False, False, False, False, True, True, False, False)
    builder = (
        _builder(subject, key)
        .issuer_name(subject)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .add_extension(may_sign, critical=True)
    )
    return _save(folder, name, builder, key, key), key


def _client(folder: Path, name: str, user: str, group: str | None, authority: Authority) -> None:
    """A certificate by which its holder is `user`, a member of `group`."""
    key = _key()
    usage = x509.ExtendedKeyUsage([x509.oid.ExtendedKeyUsageOID.CLIENT_AUTH])
    builder = _builder(_name(user, group), key).issuer_name(authority[0].subject)
    _save(folder, name, builder.add_extension(usage, critical=False), key, authority[1])


def _server(folder: Path, name: str, called: Sequence[str], authority: Authority) -> None:
    """A certificate for whoever is called by these names, or by the loopback address."""
    key = _key()
    usage = x509.ExtendedKeyUsage([x509.oid.ExtendedKeyUsageOID.SERVER_AUTH])
    here = x509.IPAddress(ipaddress.ip_address(HOST))
    names = x509.SubjectAlternativeName([*map(x509.DNSName, called), here])
    builder = (
        _builder(_name(name, None), key)
        .issuer_name(authority[0].subject)
        .add_extension(usage, critical=False)
        .add_extension(names, critical=False)
    )
    _save(folder, name, builder, key, authority[1])


def _key() -> Key:
    """P-256: made in no time, where an RSA key takes a second."""
    return ec.generate_private_key(ec.SECP256R1())


def _name(user: str, group: str | None) -> x509.Name:
    """The subject."""
    parts = [x509.NameAttribute(x509.oid.NameOID.ORGANIZATION_NAME, group)] if group else []
    return x509.Name([*parts, x509.NameAttribute(x509.oid.NameOID.COMMON_NAME, user)])


def _builder(subject: x509.Name, key: Key) -> x509.CertificateBuilder:
    """What all of them have; valid since yesterday, for clocks that are put back."""
    now = datetime.datetime.now(datetime.UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=DAYS))
    )


def _save(
    folder: Path,
    name: str,
    builder: x509.CertificateBuilder,
    key: Key,
    signer: Key,
) -> Certificate:
    """Sign it, and write it beside its key."""
    certificate = builder.sign(signer, hashes.SHA256())
    text = certificate.public_bytes(serialization.Encoding.PEM).decode()
    write_private(folder / f"{name}.crt", text)
    _save_key(folder, name, key)
    return certificate


def _save_key(folder: Path, name: str, key: Key) -> None:
    """Write the key in the form that every component reads."""
    text = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.TraditionalOpenSSL,
        serialization.NoEncryption(),
    ).decode()
    write_private(folder / f"{name}.key", text)

"""Certificates for tests, signed by an authority of their own."""

from __future__ import annotations

import ipaddress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from cli.embedded.envoy import Certificate
from mesh.certificates import Certificates

_DAY = timedelta(days=1)


class Authority:
    """Signs for one test; `certificate` is what a client trusts."""

    def __init__(self) -> None:
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = _named("a test authority")
        self._signed = _signed(self._name, self._key, self._name, self._key, [], is_authority=True)
        self.certificate = self._signed.public_bytes(serialization.Encoding.PEM)

    def issue(self, *names: str) -> tuple[bytes, bytes]:
        """Chain and key, as PEM; the first name is the subject, all are alternatives."""
        key = ec.generate_private_key(ec.SECP256R1())
        made = _signed(_named(names[0]), key, self._name, self._key, names, is_authority=False)
        return made.public_bytes(serialization.Encoding.PEM), key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )


class MeshCertificates:
    """An authority, and a folder a process with what it signed."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self.authority = Authority()

    def given(self, *names: str) -> dict[str, Any]:
        """The settings of the process of these names; a second time: renewed in its place."""
        folder = self._directory / names[0]
        folder.mkdir(exist_ok=True)
        chain, private = self.authority.issue(*names)
        files = {
            "mesh_cert": chain,
            "mesh_cert_key": private,
            "mesh_ca": self.authority.certificate,
        }
        for name, said in files.items():
            (folder / name).write_bytes(said)
        return {name: folder / name for name in files}

    def of(self, *names: str) -> Certificates:
        return Certificates(*self.given(*names).values())


def a_certificate(directory: Path, *names: str, authority: Authority | None = None) -> Certificate:
    """Written where a server reads it."""
    chain, key = (authority or Authority()).issue(*names)
    written = Certificate(directory / "tls.crt", directory / "tls.key")
    written.key.write_bytes(key)
    written.chain.write_bytes(chain)
    return written


def _named(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])


def _signed(  # noqa: PLR0913  # a certificate has that many parts
    subject: x509.Name,
    key: ec.EllipticCurvePrivateKey,
    issuer: x509.Name,
    signer: ec.EllipticCurvePrivateKey,
    names: tuple[str, ...] | list[str],
    *,
    is_authority: bool,
) -> x509.Certificate:
    now = datetime.now(UTC)
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - _DAY)
        .not_valid_after(now + _DAY)
        .add_extension(x509.BasicConstraints(ca=is_authority, path_length=None), critical=True)
    )
    if names:
        builder = builder.add_extension(
            x509.SubjectAlternativeName([_alternative(name) for name in names]), critical=False
        )
    return builder.sign(signer, hashes.SHA256())


def _alternative(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        return x509.DNSName(name)

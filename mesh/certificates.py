"""A process's certificate within the mesh: read from files, and again when they change."""

from __future__ import annotations

import ssl
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import grpc

from mesh import logs

if TYPE_CHECKING:
    from pathlib import Path

log = logs.get(__name__)

_NAMES = "x509_subject_alternative_name"


@dataclass(frozen=True, slots=True)
class Pems:
    """What the files held; compared by identity, to see that they were read again."""

    chain: bytes
    key: bytes
    authority: bytes


class Certificates:
    """Both ends show one, signed by the same authority; raise `ValueError` for files of no use."""

    def __init__(self, chain: Path, key: Path, authority: Path) -> None:
        self._files = (chain, key, authority)
        self._seen = self._state()
        try:
            self._pems = self._read()
        except OSError as error:
            raise ValueError(f"the mesh's certificate cannot be used: {error}") from error

    def current(self) -> Pems:
        """The last good ones: half of a pair that is being written changes nothing."""
        try:
            if (state := self._state()) != self._seen:
                self._pems, self._seen = self._read(), state
                log.info("certificate_renewed")
        except OSError as error:  # ssl's errors are among them
            log.warning("certificate_not_renewed", error=type(error).__name__)
        return self._pems

    def of_server(self) -> grpc.ServerCredentials:
        """Asked for at each connection; who connects without a certificate of ours is refused."""
        told = self.current()

        def renewed() -> grpc.ServerCertificateConfiguration | None:
            nonlocal told
            if self.current() is told:
                return None
            told = self.current()
            return _configured(told)

        return grpc.dynamic_ssl_server_credentials(
            _configured(told),
            renewed,  # type: ignore[arg-type]  # its stubs forget that None means "as it was"
            require_client_authentication=True,
        )

    def _read(self) -> Pems:
        chain, key, authority = self._files
        checked = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        checked.load_cert_chain(chain, key)
        checked.load_verify_locations(authority)
        return Pems(chain.read_bytes(), key.read_bytes(), authority.read_bytes())

    def _state(self) -> tuple[tuple[int, int], ...]:
        found = [file.stat() for file in self._files]
        return tuple((each.st_mtime_ns, each.st_ino) for each in found)


def of_client(pems: Pems) -> grpc.ChannelCredentials:
    return grpc.ssl_channel_credentials(pems.authority, pems.key, pems.chain)


def names_of(context: grpc.aio.ServicerContext[Any, Any]) -> frozenset[str] | None:
    """The names on the caller's certificate; None where the connection has none."""
    said = context.auth_context()
    if "transport_security_type" not in said or said["transport_security_type"] != [b"ssl"]:
        return None
    return frozenset(name.decode() for name in said.get(_NAMES, ()))


def _configured(pems: Pems) -> grpc.ServerCertificateConfiguration:
    return grpc.ssl_server_certificate_configuration([(pems.key, pems.chain)], pems.authority)

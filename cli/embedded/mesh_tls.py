"""Envoy's side of TLS within the mesh: what it shows to services, and whom it takes them for."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cli.embedded.trouble import EmbeddedTrouble

_TYPES = "type.googleapis.com/envoy.extensions.transport_sockets.tls.v3"
# Those that speak gRPC; the gateway's HTTP stays in plaintext.
_CLUSTERS = ("tickets", "classifier", "responder", "analytics")
_VARIABLES = ("CASSAVA_MESH_CERT", "CASSAVA_MESH_CERT_KEY", "CASSAVA_MESH_CA")


@dataclass(frozen=True, slots=True)
class MeshCertificate:
    """PEM files; new ones in their place are taken without a restart."""

    chain: Path
    key: Path
    authority: Path

    @property
    def environment(self) -> dict[str, str]:
        """For processes that work in another directory than the one they were named in."""
        files = (self.chain, self.key, self.authority)
        return dict(zip(_VARIABLES, map(str, files), strict=True))


def mesh_certificate_in(environment: Mapping[str, str]) -> MeshCertificate | None:
    """The one that was given; raise `EmbeddedTrouble` for a part of one."""
    given = {name: environment.get(name, "") for name in _VARIABLES}
    if not any(given.values()):
        return None
    for name, path in given.items():
        if not Path(path).is_file():
            raise EmbeddedTrouble(f"{name} names no file; the three of CASSAVA_MESH_C… go together")
    return MeshCertificate(*(Path(path).absolute() for path in given.values()))


def secrets_of(certificate: MeshCertificate) -> dict[str, dict[str, Any]]:
    """The files by their names from which Envoy takes both, and takes them again: one each."""
    watched = {"watched_directory": {"path": str(certificate.chain.parent)}}
    pair = {
        "certificate_chain": {"filename": str(certificate.chain)},
        "private_key": {"filename": str(certificate.key)},
        **watched,
    }
    trusted = {"trusted_ca": {"filename": str(certificate.authority)}, **watched}
    return {
        "mesh-certificate.yaml": _secret("mesh", "tls_certificate", pair),
        "mesh-authority.yaml": _secret("authority", "validation_context", trusted),
    }


def show_to_services(rendered: dict[str, Any], secrets: Path) -> None:
    """TLS to each service, with our certificate, and only if the other one names that service."""
    for cluster in rendered["static_resources"]["clusters"]:
        if cluster["name"] in _CLUSTERS:
            cluster["transport_socket"] = {
                "name": "envoy.transport_sockets.tls",
                "typed_config": {
                    "@type": f"{_TYPES}.UpstreamTlsContext",
                    "sni": cluster["name"],
                    "common_tls_context": _context(cluster["name"], secrets),
                },
            }


def _context(service: str, secrets: Path) -> dict[str, Any]:
    named = {"san_type": "DNS", "matcher": {"exact": service}}
    return {
        "alpn_protocols": ["h2"],
        "tls_certificate_sds_secret_configs": [_source("mesh", secrets / "mesh-certificate.yaml")],
        "combined_validation_context": {
            "default_validation_context": {"match_typed_subject_alt_names": [named]},
            "validation_context_sds_secret_config": _source(
                "authority", secrets / "mesh-authority.yaml"
            ),
        },
    }


def _source(name: str, path: Path) -> dict[str, Any]:
    return {"name": name, "sds_config": {"path_config_source": {"path": str(path)}}}


def _secret(name: str, kind: str, said: dict[str, Any]) -> dict[str, Any]:
    return {"resources": [{"@type": f"{_TYPES}.Secret", "name": name, kind: said}]}

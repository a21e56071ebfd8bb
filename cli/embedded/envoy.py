"""Envoy from its wheel: deploy/envoy/edge.yaml with the addresses of this machine."""

import copy
import os
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from cli.embedded.edge_tracing import Collector, trace_to
from cli.embedded.mesh_tls import MeshCertificate, secrets_of, show_to_services
from cli.embedded.own_names import keep_to_own_names
from cli.embedded.places import Address
from cli.embedded.program import Program
from cli.embedded.trouble import EmbeddedTrouble
from cli.embedded.wheel import program_in

_TRANSCODER = "envoy.filters.http.grpc_json_transcoder"
_TYPES = "type.googleapis.com/envoy.extensions.transport_sockets.tls.v3"
# Two years, as browsers' preload lists ask for.
_FLOOD_GUARD = "envoy.filters.http.local_ratelimit"
_HSTS = {"key": "strict-transport-security", "value": "max-age=63072000; includeSubDomains"}


class EnvoyTrouble(EmbeddedTrouble):
    """Envoy refused its configuration or warned about it; the message has its words."""


@dataclass(frozen=True, slots=True)
class EdgeAddresses:
    """Where the edge listens, and where the services behind it do."""

    edge: Address
    ops: Address
    admin: Address
    clusters: Mapping[str, Sequence[Address]]


@dataclass(frozen=True, slots=True)
class Certificate:
    """What the edge shows, as PEM files; a new one in their place is taken without a restart."""

    chain: Path
    key: Path


def certificate_in(environment: Mapping[str, str]) -> Certificate | None:
    """The one that was given; raise `EnvoyTrouble` for half of one."""
    chain, key = environment.get("CASSAVA_TLS_CERT"), environment.get("CASSAVA_TLS_KEY")
    if not chain and not key:
        return None
    for name, path in (("CASSAVA_TLS_CERT", chain), ("CASSAVA_TLS_KEY", key)):
        if not path or not Path(path).is_file():
            raise EnvoyTrouble(f"{name} names no file; HTTPS needs a certificate and its key")
    return Certificate(Path(chain or ""), Path(key or ""))


@dataclass(frozen=True, slots=True)
class Additions:
    """What is not in the file, because not everybody has it."""

    certificate: Certificate | None = None
    mesh: MeshCertificate | None = None
    collector: Collector | None = None
    # A tenant's quota; a key is one tenant's, and may call no more than that.
    calls_per_second: int = 0
    is_keyless: bool = False


class Envoy:
    """One edge; `rendered` is a file that `envoy --mode validate` accepts."""

    def __init__(
        self,
        directory: Path,
        template: Path,
        descriptors: Path,
        additions: Additions = Additions(),  # frozen
    ) -> None:
        self._directory = directory.absolute()
        self._template = template
        self._descriptors = descriptors.absolute()
        self._additions = additions

    def prepare(self, addresses: EdgeAddresses) -> Program:
        """Write the configuration for these addresses."""
        self._directory.mkdir(parents=True, exist_ok=True)
        config = self._directory / "edge.yaml"
        edge = yaml.safe_load(self._template.read_text())
        rendered = render(edge, addresses, self._descriptors)
        self._add_to(rendered)
        config.write_text(yaml.safe_dump(rendered))
        return Program(
            name="envoy",
            command=[
                str(program_in("envoy", "_bin/envoy")),
                *("-c", str(config), "--concurrency", "1"),
                # Several meshes may run on this machine; hot restart would share memory by number.
                *("--disable-hot-restart", "--log-level", "warn"),
                *("--drain-time-s", "5", "--parent-shutdown-time-s", "10"),
                *("--file-flush-interval-msec", "1000"),
            ],
            log=self._directory / "envoy.log",
            env={"PATH": os.defpath},
            directory=self._directory,
        )

    def _add_to(self, rendered: dict[str, Any]) -> None:
        added = self._additions
        if added.certificate is not None:
            secret = self._directory / "certificate.yaml"
            secret.write_text(yaml.safe_dump(secret_of(added.certificate)))
            encrypt(rendered, secret)
        if added.mesh is not None:
            for name, said in secrets_of(added.mesh).items():
                (self._directory / name).write_text(yaml.safe_dump(said))
            show_to_services(rendered, self._directory)
        if added.collector is not None:
            trace_to(rendered, added.collector)
        if added.calls_per_second:
            hold_keys_to(rendered, added.calls_per_second)
        if added.is_keyless:
            keep_to_own_names(rendered)


def render(edge: dict[str, Any], addresses: EdgeAddresses, descriptors: Path) -> dict[str, Any]:
    """The same configuration on other addresses; nothing else changes."""
    rendered = copy.deepcopy(edge)
    rendered["admin"] |= _at(addresses.admin)
    resources = rendered["static_resources"]
    listeners = {each["name"]: each for each in resources["listeners"]}
    listeners["edge"] |= _at(addresses.edge)
    listeners["ops"] |= _at(addresses.ops)
    places = {**addresses.clusters, "admin": [addresses.admin]}
    for cluster in resources["clusters"]:
        hosts = [{"endpoint": _at(address)} for address in places[cluster["name"]]]
        cluster["load_assignment"]["endpoints"] = [{"lb_endpoints": hosts}]
    for each in _filters(listeners["edge"]):
        if each["name"] == _TRANSCODER:
            each["typed_config"]["proto_descriptor"] = str(descriptors)
    return rendered


def calls_per_second_in(environment: Mapping[str, str]) -> int:
    """The tenants' quota where it is not the usual one, which the file knows; 0: no other."""
    said = environment.get("CASSAVA_TENANT_CALLS_PER_SECOND", "")
    return int(said) if said.isdecimal() else 0


def hold_keys_to(rendered: dict[str, Any], per_second: int) -> None:
    """The flood guard of each key at the quota that the services have: what is far beyond it costs
    them nothing (docs/decisions/0099).
    """
    manager = rendered["static_resources"]["listeners"][0]["filter_chains"][0]["filters"][0]
    for host in manager["typed_config"]["route_config"]["virtual_hosts"]:
        for guard in host["typed_per_filter_config"][_FLOOD_GUARD]["descriptors"]:
            if guard["entries"] == [{"key": "credential"}]:
                bucket = {"max_tokens": 2 * per_second, "tokens_per_fill": per_second}
                guard["token_bucket"] |= bucket


def secret_of(certificate: Certificate) -> dict[str, Any]:
    """The file from which Envoy takes the certificate, and takes it again when it changes."""
    chain, key = certificate.chain.absolute(), certificate.key.absolute()
    return {
        "resources": [
            {
                "@type": f"{_TYPES}.Secret",
                "name": "edge",
                "tls_certificate": {
                    "certificate_chain": {"filename": str(chain)},
                    "private_key": {"filename": str(key)},
                    "watched_directory": {"path": str(chain.parent)},
                },
            }
        ]
    }


def encrypt(rendered: dict[str, Any], secret: Path) -> None:
    """TLS with HTTP/2 on the edge's listener, and browsers told to stay with it."""
    chain = rendered["static_resources"]["listeners"][0]["filter_chains"][0]
    source = {"path_config_source": {"path": str(secret)}}
    chain["transport_socket"] = {
        "name": "envoy.transport_sockets.tls",
        "typed_config": {
            "@type": f"{_TYPES}.DownstreamTlsContext",
            "common_tls_context": {
                "alpn_protocols": ["h2", "http/1.1"],
                "tls_params": {"tls_minimum_protocol_version": "TLSv1_2"},
                "tls_certificate_sds_secret_configs": [{"name": "edge", "sds_config": source}],
            },
        },
    }
    manager = chain["filters"][0]["typed_config"]
    for host in manager["route_config"]["virtual_hosts"]:
        added = {"header": _HSTS, "append_action": "OVERWRITE_IF_EXISTS_OR_ADD"}
        host["response_headers_to_add"].append(added)


def validate(config: Path, directory: Path) -> None:
    """Raise `EnvoyTrouble` when Envoy refuses the file or as much as warns about it."""
    done = subprocess.run(  # noqa: S603 - the wheel's program, our own file
        [str(program_in("envoy", "_bin/envoy")), "--mode", "validate", "-c", str(config)],
        cwd=directory,
        capture_output=True,
        text=True,
        check=False,
    )
    said = done.stdout + done.stderr
    complaints = [line for line in said.splitlines() if "[warning]" in line or "warning:" in line]
    if done.returncode != 0 or complaints:
        raise EnvoyTrouble("\n".join(complaints) or said)


def _at(address: Address) -> dict[str, Any]:
    return {"address": {"socket_address": {"address": address.host, "port_value": address.port}}}


def _filters(listener: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for chain in listener["filter_chains"]:
        for network_filter in chain["filters"]:
            yield from network_filter["typed_config"]["http_filters"]

"""Writes what compose and Kubernetes mount, from the one place where each thing is said.

`python deploy/render.py` writes; `--check` fails when a file is not what it would write.
kustomize reads nothing outside of its folder, so Kubernetes gets copies.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml
from google.protobuf.descriptor_pb2 import DescriptorProto, EnumDescriptorProto, FileDescriptorSet

from cli.embedded.edge_tracing import Collector, collector_in, trace_to
from cli.embedded.envoy import EdgeAddresses, render
from cli.embedded.mesh_tls import MeshCertificate, secrets_of, show_to_services
from cli.embedded.places import Address, loopback

if TYPE_CHECKING:
    from collections.abc import Iterable

ROOT = Path(__file__).resolve().parents[1]
DEPLOY = ROOT / "deploy"
MOUNTED = Path("/etc/envoy/cassava.binpb")
# Names of compose services and of Kubernetes' headless services alike.
ADDRESSES = EdgeAddresses(
    edge=Address("0.0.0.0", 8000),  # noqa: S104 - in a container of its own
    ops=Address("0.0.0.0", 9902),  # noqa: S104
    admin=loopback(9901),
    clusters={
        "gateway": [Address("gateway", 8080)],
        "classifier": [Address("classifier", 50051)],
        "responder": [Address("responder", 50052)],
        "tickets": [Address("tickets", 50053)],
        "analytics": [Address("analytics", 50054)],
    },
)
# The profile `observability` has one; a cluster's is where the services send their spans.
COMPOSE_COLLECTOR = Collector(Address("collector", 4317))
TRACING = DEPLOY / "k8s/components/telemetry/tracing.env"
# Where cert-manager's CSI driver puts what it issued.
CERTIFICATE = MeshCertificate(
    *(Path("/certificates") / f for f in ("tls.crt", "tls.key", "ca.crt"))
)
_CONSTRAINTS = "buf/validate/validate.proto"
_HEADER = "# Written by deploy/render.py from {}; do not edit.\n"


def rendered() -> dict[Path, bytes]:
    """Every file that is written, with its content."""
    files = {path: _yaml(edge, "deploy/envoy/edge.yaml") for path, edge in edges().items()}
    files[DEPLOY / "k8s/base/cassava.binpb"] = descriptors()
    tls = DEPLOY / "k8s/components/tls"
    for name, secret in secrets_of(CERTIFICATE).items():
        files[tls / name] = _yaml(secret, "cli/embedded/mesh_tls.py")
    observability = DEPLOY / "observability"
    for name in ("slo", "causes", "replies", "postgres"):
        source = observability / f"prometheus/{name}.rules.yml"
        rule = _prometheus_rule(name, yaml.safe_load(source.read_text()))
        said = f"deploy/observability/prometheus/{name}.rules.yml"
        files[DEPLOY / f"k8s/components/telemetry/{name}.yaml"] = _yaml(rule, said)
    for source in sorted((observability / "grafana/dashboards").glob("*.json")):
        files[DEPLOY / "k8s/components/telemetry" / source.name] = source.read_bytes()
    return files


def edges() -> dict[Path, dict[str, Any]]:
    """The edge's configuration with each addition that somebody mounts."""
    components = DEPLOY / "k8s/components"
    given = dict(line.split("=", 1) for line in TRACING.read_text().split())
    collector = collector_in(given)
    if collector is None:
        sys.exit(f"{TRACING} names no collector")
    return {
        DEPLOY / "envoy/compose.yaml": _edge(),
        DEPLOY / "envoy/compose.traced.yaml": _edge(COMPOSE_COLLECTOR),
        DEPLOY / "k8s/base/edge.yaml": behind_a_gateway(_edge()),
        components / "telemetry/edge.traced.yaml": behind_a_gateway(_edge(collector)),
        components / "tls/edge.tls.yaml": behind_a_gateway(_edge(is_secret=True)),
        components / "tls/edge.traced.tls.yaml": behind_a_gateway(_edge(collector, is_secret=True)),
    }


def _edge(collector: Collector | None = None, *, is_secret: bool = False) -> dict[str, Any]:
    edge = render(yaml.safe_load((DEPLOY / "envoy/edge.yaml").read_text()), ADDRESSES, MOUNTED)
    if collector:
        trace_to(edge, collector)
    if is_secret:
        show_to_services(edge, MOUNTED.parent)
    return edge


def behind_a_gateway(edge: dict[str, Any]) -> dict[str, Any]:
    """The cluster's gateway is a hop: without this all callers would share one bucket."""
    listener = next(x for x in edge["static_resources"]["listeners"] if x["name"] == "edge")
    manager = listener["filter_chains"][0]["filters"][0]["typed_config"]
    manager["xff_num_trusted_hops"] = 1
    return edge


def descriptors() -> bytes:
    """What transcoding needs: `kubectl apply` takes a quarter of a mebibyte at most."""
    files = FileDescriptorSet.FromString((ROOT / "protos/gen/cassava.binpb").read_bytes())
    kept = [file for file in files.file if file.name != _CONSTRAINTS]
    for file in kept:
        file.ClearField("source_code_info")
        if _CONSTRAINTS in file.dependency:
            file.dependency.remove(_CONSTRAINTS)
        if file.package.startswith("cassava"):
            _strip(file.message_type, file.enum_type)
    return FileDescriptorSet(file=kept).SerializeToString(deterministic=True)


def _strip(messages: Iterable[DescriptorProto], enums: Iterable[EnumDescriptorProto]) -> None:
    """Constraints and comments are the services' business; a map stays one."""
    for message in messages:
        is_map = message.options.map_entry
        message.ClearField("options")
        if is_map:
            message.options.map_entry = True
        for part in (*message.field, *message.oneof_decl):
            part.ClearField("options")
        _strip(message.nested_type, message.enum_type)
    for enum in enums:
        for each in (enum, *enum.value):
            each.ClearField("options")


def _prometheus_rule(name: str, groups: dict[str, Any]) -> dict[str, Any]:
    return {
        "apiVersion": "monitoring.coreos.com/v1",
        "kind": "PrometheusRule",
        "metadata": {"name": f"cassava-{name}"},
        "spec": groups,
    }


def _yaml(value: Any, source: str) -> bytes:
    return (_HEADER.format(source) + yaml.safe_dump(value, sort_keys=False)).encode()


def main() -> int:
    files = rendered()
    stale = [path for path, content in files.items() if _content(path) != content]
    if "--check" in sys.argv:
        for path in stale:
            print(f"{path.relative_to(ROOT)} is stale: make render", file=sys.stderr)  # noqa: T201
        return 1 if stale else 0
    for path in stale:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(files[path])
    return 0


def _content(path: Path) -> bytes | None:
    return path.read_bytes() if path.exists() else None


if __name__ == "__main__":
    sys.exit(main())

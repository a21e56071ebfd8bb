"""Writes what compose and Kubernetes mount, from the one place where each thing is said.

`python deploy/render.py` writes; `--check` fails when a file is not what it would write.
kustomize reads nothing outside of its folder, so Kubernetes gets copies.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import yaml
from google.protobuf.descriptor_pb2 import FileDescriptorSet

from cli.embedded.envoy import EdgeAddresses, render
from cli.embedded.places import Address, loopback

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
_HEADER = "# Written by deploy/render.py from {}; do not edit.\n"


def rendered() -> dict[Path, bytes]:
    """Every file that is written, with its content."""
    edge = render(yaml.safe_load((DEPLOY / "envoy/edge.yaml").read_text()), ADDRESSES, MOUNTED)
    files = {
        DEPLOY / "envoy/compose.yaml": _yaml(edge, "deploy/envoy/edge.yaml"),
        DEPLOY / "k8s/base/edge.yaml": _yaml(behind_a_gateway(edge), "deploy/envoy/edge.yaml"),
        DEPLOY / "k8s/base/cassava.binpb": descriptors(),
    }
    observability = DEPLOY / "observability"
    for name in ("slo", "causes", "replies"):
        source = observability / f"prometheus/{name}.rules.yml"
        rule = _prometheus_rule(name, yaml.safe_load(source.read_text()))
        said = f"deploy/observability/prometheus/{name}.rules.yml"
        files[DEPLOY / f"k8s/components/telemetry/{name}.yaml"] = _yaml(rule, said)
    for source in sorted((observability / "grafana/dashboards").glob("*.json")):
        files[DEPLOY / "k8s/components/telemetry" / source.name] = source.read_bytes()
    return files


def behind_a_gateway(edge: dict[str, Any]) -> dict[str, Any]:
    """The cluster's gateway is a hop: without this all callers would share one bucket."""
    listener = next(x for x in edge["static_resources"]["listeners"] if x["name"] == "edge")
    manager = listener["filter_chains"][0]["filters"][0]["typed_config"]
    manager["xff_num_trusted_hops"] = 1
    return edge


def descriptors() -> bytes:
    """Without comments: a ConfigMap holds a mebibyte at most."""
    files = FileDescriptorSet.FromString((ROOT / "protos/gen/cassava.binpb").read_bytes())
    for file in files.file:
        file.ClearField("source_code_info")
    return files.SerializeToString(deterministic=True)


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

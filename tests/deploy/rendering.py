"""What kustomize makes of deploy/k8s: every overlay, and the base with components in many mixes."""

from __future__ import annotations

import functools
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parents[2]
K8S = ROOT / "deploy/k8s"
OVERLAYS = ("local", "staging", "production")
COMPONENTS = tuple(sorted(path.name for path in (K8S / "components").iterdir()))
# None, each alone, all but each, all: what any two do to each other shows in one of these.
MIXES = (
    (),
    *((name,) for name in COMPONENTS),
    *(tuple(other for other in COMPONENTS if other != name) for name in COMPONENTS),
    COMPONENTS,
)
NAMES = (*OVERLAYS, *("+".join(mix) or "base" for mix in MIXES))
Resource = dict[str, Any]
OURS = {"gateway-edge", "gateway-worker", "classifier", "responder", "tickets", "analytics"}
GRPC = {"classifier", "responder", "tickets", "analytics"}
LEAST_ID = 10_000
# preStop, the pause after SIGTERM, the drain, a rest (MESH 5.8).
LEAST_GRACE = {
    "envoy": 120,
    "gateway-edge": 120,
    **dict.fromkeys(OURS - {"gateway-edge"}, 8 + 5 + 20 + 5),
}
FOREIGN = {
    "Cluster", "Pooler", "ScheduledBackup", "ObjectStore", "ScaledObject", "PodMonitor",
    "PrometheusRule",
    "Certificate", "Issuer", "Gateway", "HTTPRoute", "ExternalSecret",
}  # fmt: skip


class Rendering:
    """The resources of one `kubectl kustomize`."""

    def __init__(self, name: str, text: str) -> None:
        self.name = name
        self.text = text
        self.resources: list[Resource] = [
            each for each in yaml.load_all(text, yaml.CSafeLoader) if each
        ]

    def of(self, *kinds: str) -> list[Resource]:
        return [each for each in self.resources if each["kind"] in kinds]

    @property
    def workloads(self) -> list[Resource]:
        return self.of("Deployment", "StatefulSet", "Job")

    @property
    def components(self) -> tuple[str, ...]:
        if self.name in OVERLAYS:
            listed = yaml.safe_load(
                (K8S / "overlays" / self.name / "kustomization.yaml").read_text()
            )
            return tuple(path.rsplit("/", 1)[1] for path in listed["components"])
        return () if self.name == "base" else tuple(self.name.split("+"))

    @property
    def probed_by_grpc(self) -> set[str]:
        """None where gRPC is encrypted: the kubelet has no certificate."""
        return set() if "tls" in self.components else GRPC

    def one(self, kind: str, name: str) -> Resource:
        return next(each for each in self.of(kind) if each["metadata"]["name"] == name)


@functools.cache
def render(name: str, scratch: Path) -> Rendering:
    """An overlay by its name, or the base with the components that `a+b` names."""
    if name in OVERLAYS:
        return Rendering(name, _kustomize(K8S / "overlays" / name))
    mix = () if name == "base" else tuple(name.split("+"))
    folder = scratch / str(NAMES.index(name))
    folder.mkdir(parents=True)
    wanted = {
        "apiVersion": "kustomize.config.k8s.io/v1beta1",
        "kind": "Kustomization",
        "resources": [os.path.relpath(K8S / "base", folder)],
        "components": [os.path.relpath(K8S / "components" / each, folder) for each in mix],
    }
    (folder / "kustomization.yaml").write_text(yaml.safe_dump(wanted))
    return Rendering(name, _kustomize(folder))


def _kustomize(folder: Path) -> str:
    done = subprocess.run(  # noqa: S603 - the wheel's kubectl, our own folder
        [str(Path(sys.executable).parent / "kubectl"), "kustomize", str(folder)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def pod_of(workload: Resource) -> Resource:
    spec: Resource = workload["spec"]["template"]["spec"]
    return spec


def container_of(workload: Resource) -> Resource:
    """Its only container, which is called `service`."""
    (container,) = pod_of(workload)["containers"]
    assert container["name"] == "service"
    return dict(container)


def names(resources: list[Resource]) -> set[str]:
    return {each["metadata"]["name"] for each in resources}

"""The edge of every rendering: its file is valid, it drains, and its certificate is the mesh's."""

from __future__ import annotations

import base64
import functools
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from cli.embedded.envoy import validate
from tests.certificates import MeshCertificates
from tests.deploy.rendering import GRPC, OURS, Rendering, container_of, pod_of

if TYPE_CHECKING:
    from collections.abc import Mapping

# What `kubectl apply` may write beside a resource.
MOST_BYTES = 262_144
VARIABLES = ("CASSAVA_MESH_CERT", "CASSAVA_MESH_CERT_KEY", "CASSAVA_MESH_CA")


def test_17_services_show_each_other_a_certificate_of_their_own_name(k8s: Rendering) -> None:
    settings = _settings(k8s)
    if "tls" not in k8s.components:
        assert not set(VARIABLES) & set(settings)
        return
    for name in OURS | {"envoy"}:
        workload = k8s.one("Deployment", name)
        asked = _certificate(workload)
        issuer = k8s.one("Issuer", asked["issuer-name"])
        authority = k8s.one("Certificate", "cassava-mesh")["spec"]
        assert issuer["spec"]["ca"]["secretName"] == authority["secretName"]
        assert asked["dns-names"] == "${SERVICE_ACCOUNT_NAME}"
        assert pod_of(workload)["serviceAccountName"] == name
        assert {"server auth", "client auth"} <= set(asked["key-usages"].split(","))
        assert int(asked["fs-group"]) == pod_of(workload)["securityContext"]["runAsGroup"]
        (mount,) = [m for m in container_of(workload)["volumeMounts"] if m["name"] == "certificate"]
        files = [f"{mount['mountPath']}/{file}" for file in ("tls.crt", "tls.key", "ca.crt")]
        assert [settings[variable] for variable in VARIABLES] == files


def test_17_the_edge_asks_each_service_for_its_name(k8s: Rendering) -> None:
    config = yaml.safe_load(_mounted(k8s)[_file(k8s)])
    sockets = {
        each["name"]: each["transport_socket"]["typed_config"]["common_tls_context"]
        for each in config["static_resources"]["clusters"]
        if "transport_socket" in each
    }
    assert set(sockets) == (GRPC if "tls" in k8s.components else set())
    for name, context in sockets.items():
        trusted = context["combined_validation_context"]["default_validation_context"]
        (named,) = trusted["match_typed_subject_alt_names"]
        assert named["matcher"] == {"exact": name}


def test_the_edge_traces_where_telemetry_is_wanted(k8s: Rendering) -> None:
    config = yaml.safe_load(_mounted(k8s)[_file(k8s)])
    clusters = [each["name"] for each in config["static_resources"]["clusters"]]
    assert ("collector" in clusters) is ("telemetry" in k8s.components)
    if "telemetry" in k8s.components:
        share = 100 * float(_settings(k8s)["OTEL_TRACES_SAMPLER_ARG"])
        (listener,) = [x for x in config["static_resources"]["listeners"] if x["name"] == "edge"]
        tracing = listener["filter_chains"][0]["filters"][0]["typed_config"]["tracing"]
        assert tracing["random_sampling"] == {"value": share}


def test_26_the_edge_fails_its_health_before_it_drains(k8s: Rendering) -> None:
    envoy = k8s.one("Deployment", "envoy")
    script = container_of(envoy)["lifecycle"]["preStop"]["exec"]["command"][-1]
    assert script.index("/healthcheck/fail") < script.index("/drain_listeners?graceful&skip_exit")
    assert container_of(envoy)["readinessProbe"]["httpGet"] == {"path": "/readyz", "port": 9902}
    admin = yaml.safe_load(_mounted(k8s)[_file(k8s)])["admin"]
    assert admin["address"]["socket_address"]["address"] == "127.0.0.1"


def test_the_mounted_edge_is_valid(
    k8s: Rendering, tmp_path_factory: pytest.TempPathFactory
) -> None:
    mounted = json.dumps(_mounted(k8s), sort_keys=True)
    _validate(mounted, _file(k8s), tmp_path_factory.getbasetemp())


def test_everything_is_small_enough_to_be_applied(k8s: Rendering) -> None:
    for each in k8s.resources:
        assert len(json.dumps(each)) < MOST_BYTES, each["metadata"]["name"]


def _settings(k8s: Rendering) -> dict[str, str]:
    maps = k8s.of("ConfigMap")
    found = next(x for x in maps if x["metadata"]["name"].startswith("settings-"))
    return dict(found["data"])


def _certificate(workload: dict[str, Any]) -> dict[str, str]:
    """What is asked of cert-manager's driver, without its prefix."""
    (asked,) = [each["csi"] for each in pod_of(workload)["volumes"] if "csi" in each]
    assert (asked["driver"], asked["readOnly"]) == ("csi.cert-manager.io", True)
    return {key.split("/")[1]: value for key, value in asked["volumeAttributes"].items()}


def _file(k8s: Rendering) -> str:
    """The configuration that Envoy is started with, after its variables."""
    container = container_of(k8s.one("Deployment", "envoy"))
    path = Path(container["args"][container["args"].index("-c") + 1])
    name = path.name
    for each in container["env"]:
        name = name.replace(f"$({each['name']})", each["value"])
    assert str(path.parent) == "/etc/envoy"
    return name


def _mounted(k8s: Rendering) -> Mapping[str, str]:
    """What lies in /etc/envoy; binary files as base64."""
    volumes = pod_of(k8s.one("Deployment", "envoy"))["volumes"]
    (sources,) = [each["projected"]["sources"] for each in volumes if "projected" in each]
    maps = [k8s.one("ConfigMap", each["configMap"]["name"]) for each in sources]
    return {
        name: said
        for each in maps
        for part in ("data", "binaryData")
        for name, said in each.get(part, {}).items()
    }


# The mixes share most of what they mount: each is looked at once.
@functools.cache
def _validate(mounted: str, file: str, base: Path) -> None:
    folder = base / f"envoy-{hash((mounted, file))}"
    folder.mkdir()
    MeshCertificates(folder).given("envoy")
    for name, said in json.loads(mounted).items():
        if name.endswith(".binpb"):
            (folder / name).write_bytes(base64.b64decode(said))
        else:
            (folder / name).write_text(said.replace("/etc/envoy", str(folder)))
    for name, shown in (("tls.crt", "cert"), ("tls.key", "cert_key"), ("ca.crt", "ca")):
        (folder / name).write_bytes((folder / "envoy" / f"mesh_{shown}").read_bytes())
    for path in folder.glob("mesh-*.yaml"):
        path.write_text(path.read_text().replace("/certificates", str(folder)))
    validate(folder / file, folder)

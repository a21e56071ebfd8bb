"""What no schema sees: names that must meet, sums that must fit, rules of the API server's code."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import yaml

from services.analytics import settings as analytics
from services.classifier import settings as classifier
from services.responder import settings as responder
from services.tickets import settings as tickets
from tests.deploy.rendering import OURS, ROOT, Rendering, Resource, container_of, pod_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mesh.settings import MeshSettings

# By its label: who keeps what (a component's Deployment, an operator's pods).
STORES = {"postgres": 5432, "valkey": 6379}
READS_POSTGRES = {"classifier", "responder", "tickets", "analytics", "migrate"}
# Superusers', replicas', the pooler's and the operator's.
KEPT_CONNECTIONS = 60
# A provider or another operator makes these.
MADE_ELSEWHERE = {"cassava-acme"}


def test_pods_are_spread_by_a_selector_that_finds_them(k8s: Rendering) -> None:
    """The API server refuses a key in both places; a selector that finds nobody spreads nobody."""
    for workload in k8s.of("Deployment"):
        labels = workload["spec"]["template"]["metadata"]["labels"]
        for each in pod_of(workload)["topologySpreadConstraints"]:
            wanted = each["labelSelector"]["matchLabels"]
            assert set(each["labelSelector"]) == {"matchLabels"}
            assert wanted.items() <= labels.items()
            assert not set(wanted) & set(each["matchLabelKeys"])


def test_everything_that_a_pod_mounts_is_there(k8s: Rendering) -> None:
    for workload in k8s.workloads:
        pod, container = pod_of(workload), container_of(workload)
        claims = workload["spec"].get("volumeClaimTemplates", [])
        volumes = [each["name"] for each in pod["volumes"]]
        volumes += [each["metadata"]["name"] for each in claims]
        assert len(set(volumes)) == len(volumes)
        assert {each["name"] for each in container["volumeMounts"]} == set(volumes)


def test_every_named_secret_is_made_by_somebody(k8s: Rendering) -> None:
    if not {"secrets"} & set(k8s.components) and k8s.name != "local":
        return
    made = {each["metadata"]["name"] for each in k8s.of("Secret")} | MADE_ELSEWHERE
    made |= {each["spec"]["target"]["name"] for each in k8s.of("ExternalSecret")}
    made |= {each["spec"]["secretName"] for each in k8s.of("Certificate")}
    if "tls" not in k8s.components:  # then whoever runs the Gateway brings it
        made.add("cassava-edge-tls")
    if "valkey" not in k8s.components and k8s.name != "local":
        made |= {"cassava-valkey"}

    assert set(_secrets(k8s.resources)) <= made


def test_the_page_says_what_the_vault_holds(k8s: Rendering) -> None:
    page = (ROOT / "docs/operate.md").read_text()
    services = ("tickets", "classifier", "responder", "analytics", "migrate")
    page += " ".join(f"`cassava/{name}-database`" for name in services if "/NAME-database`" in page)
    for each in k8s.of("ExternalSecret"):
        assert f"`{each['spec']['dataFrom'][0]['extract']['key']}`" in page


def test_a_services_address_leads_to_pods_and_a_port_of_theirs(k8s: Rendering) -> None:
    for service in k8s.of("Service"):
        selector = service["spec"]["selector"]
        (found,) = [
            each
            for each in k8s.of("Deployment", "StatefulSet")
            if selector.items() <= each["spec"]["template"]["metadata"]["labels"].items()
        ]
        ports = {each["name"] for each in container_of(found)["ports"]}
        assert {each["targetPort"] for each in service["spec"]["ports"]} <= ports


def test_whoever_may_go_out_may_come_in_there(k8s: Rendering) -> None:
    """Both ends of each edge say the same; whoever waits at a closed port waits for a timeout."""
    if "networks" not in k8s.components:
        return
    goes, comes = set(_edges(k8s, "egress")), set(_edges(k8s, "ingress"))
    stores = {(a, b, port) for a, b, port in goes | comes if b in STORES}

    assert {edge for edge in goes if edge not in stores} == {
        edge for edge in comes if edge not in stores
    }
    assert {a for a, b, _ in goes if b == "valkey"} == OURS
    assert {a for a, b, _ in goes if b == "postgres"} - {"postgres"} == READS_POSTGRES
    for store in STORES:
        if any(b == store for _, b, _ in comes):
            inside = {a for a, b, _ in comes if b == store}
            assert {a for a, b, _ in goes if b == store} <= inside


def test_everything_at_its_largest_fits_into_the_quota(k8s: Rendering) -> None:
    (quota,) = k8s.of("ResourceQuota")
    hard = quota["spec"]["hard"]
    wanted = {"cpu": 0.0, "memory": 0.0, "pods": 0}
    for workload in k8s.workloads:
        asked = container_of(workload)["resources"]["requests"]
        count = _most(k8s, workload)
        wanted["cpu"] += count * _processors(asked["cpu"])
        wanted["memory"] += count * _gibibytes(asked["memory"])
        wanted["pods"] += count
    for cluster in k8s.of("Cluster"):
        asked = cluster["spec"]["resources"]["requests"]
        wanted["cpu"] += 3 * _processors(asked["cpu"])
        wanted["memory"] += 3 * _gibibytes(asked["memory"])

    assert wanted["cpu"] <= _processors(hard["requests.cpu"])
    assert wanted["memory"] <= _gibibytes(hard["requests.memory"])
    assert wanted["pods"] + 10 <= int(hard["pods"])


def test_postgres_has_a_connection_for_every_pool_at_its_largest(k8s: Rendering) -> None:
    for cluster in k8s.of("Cluster"):
        most = sum(_most(k8s, k8s.one("Deployment", name)) * n for name, n in pools().items())
        given = int(cluster["spec"]["postgresql"]["parameters"]["max_connections"])
        assert most + KEPT_CONNECTIONS <= given


def test_a_scrape_of_ours_is_told_from_everybody_elses(k8s: Rendering) -> None:
    """Rules ask for `job`, and a cluster's Prometheus knows many other processes."""
    config = yaml.safe_load((ROOT / "deploy/observability/prometheus/prometheus.yml").read_text())
    here = {job["job_name"] for job in config["scrape_configs"]}
    for monitor in k8s.of("PodMonitor"):
        (endpoint,) = monitor["spec"]["podMetricsEndpoints"]
        (relabeling,) = endpoint["relabelings"]
        assert relabeling["targetLabel"] == "job"
        assert relabeling["replacement"] in here | {"cassava-postgres"}


def test_a_certificate_can_be_asked_for_before_there_is_one(k8s: Rendering) -> None:
    if not {"tls", "gateway-api"} <= set(k8s.components):
        return
    (gateway,) = k8s.of("Gateway")
    assert not [key for key in gateway["metadata"].get("annotations", {}) if "cert-manager" in key]
    (solver,) = k8s.one("Issuer", "cassava-edge")["spec"]["acme"]["solvers"]
    (parent,) = solver["http01"]["gatewayHTTPRoute"]["parentRefs"]
    (listener,) = [x for x in gateway["spec"]["listeners"] if x["name"] == parent["sectionName"]]
    assert (listener["protocol"], listener["port"]) == ("HTTP", 80)
    assert k8s.one("NetworkPolicy", "acme")["spec"]["ingress"][0]["ports"] == [{"port": 8089}]


def pools() -> dict[str, int]:
    """By service: how many connections one process opens at most."""
    services: dict[str, type[MeshSettings]] = {
        "tickets": tickets.Settings,
        "classifier": classifier.Settings,
        "responder": responder.Settings,
        "analytics": analytics.Settings,
    }
    return {
        name: settings.model_fields["database_connections"].default
        for name, settings in services.items()
    }


def _most(k8s: Rendering, workload: Resource) -> int:
    """Replicas at most, with the one more of a roll-out."""
    name, kind = workload["metadata"]["name"], workload["kind"]
    scalers = k8s.of("HorizontalPodAutoscaler", "ScaledObject")
    for scaler in scalers if kind == "Deployment" else []:
        if scaler["spec"]["scaleTargetRef"]["name"] == name:
            spec = scaler["spec"]
            return int(spec.get("maxReplicas") or spec["maxReplicaCount"]) + 1
    return int(workload["spec"].get("replicas", 1)) + int(kind == "Deployment")


def _edges(k8s: Rendering, direction: str) -> Iterator[tuple[str, str, int]]:
    """(from, to, port) between pods of this namespace, as one end sees them."""
    for policy in k8s.of("NetworkPolicy"):
        for rule in policy["spec"].get(direction, []):
            peers = rule.get("to" if direction == "egress" else "from", [])
            others = [n for peer in peers if set(peer) == {"podSelector"} for n in _named(peer)]
            for here in _named(policy["spec"]):
                for there in others:
                    edge = (here, there) if direction == "egress" else (there, here)
                    yield from ((*edge, port["port"]) for port in rule["ports"])


def _named(selecting: dict[str, Any]) -> list[str]:
    selector = selecting["podSelector"]
    labels = selector.get("matchLabels", {})
    listed = [name for each in selector.get("matchExpressions", []) for name in each["values"]]
    return [*labels.values(), *listed]


def _secrets(node: Any) -> Iterator[str]:
    """Names of secrets that something wants."""
    if isinstance(node, list):
        for each in node:
            yield from _secrets(each)
    if isinstance(node, dict) and node.get("kind") not in {"Secret", "ExternalSecret"}:
        for key, value in node.items():
            if key in {"secret", "passwordSecret", "superuserSecret", "privateKeySecretRef"}:
                yield value.get("secretName") or value["name"]
            elif key in {"accessKeyId", "secretAccessKey"}:
                yield value["name"]
            elif key == "certificateRefs":
                yield from (each["name"] for each in value)
            else:
                yield from _secrets(value)


def _processors(quantity: str) -> float:
    text = str(quantity)
    return float(text[:-1]) / 1000 if text.endswith("m") else float(text)


def _gibibytes(quantity: str) -> float:
    number, unit = re.fullmatch(r"(\d+)(Mi|Gi)", quantity).groups()  # type: ignore[union-attr] # it would fail
    return float(number) / (1024 if unit == "Mi" else 1)

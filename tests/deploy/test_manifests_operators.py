"""Every rendering of deploy/k8s keeps the house's rules, whatever was mixed."""

from __future__ import annotations

import functools
import json
import subprocess
import sys
from typing import TYPE_CHECKING

import kubernetes_validate
import pytest

from tests.deploy.rendering import (
    COMPONENTS,
    FOREIGN,
    K8S,
    OURS,
    ROOT,
    Rendering,
    container_of,
    names,
    pod_of,
)

if TYPE_CHECKING:
    pass


def test_14_one_scaler_a_deployment_and_the_worker_by_its_backlog(k8s: Rendering) -> None:
    if "autoscaling" not in k8s.components:
        return
    targets = [
        each["spec"]["scaleTargetRef"]["name"]
        for each in k8s.of("HorizontalPodAutoscaler", "ScaledObject")
    ]
    assert sorted(targets) == sorted(OURS)
    assert not [
        each
        for each in k8s.of("Deployment")
        if each["metadata"]["name"] in OURS and "replicas" in each["spec"]
    ]
    for scaler in k8s.of("HorizontalPodAutoscaler"):
        assert scaler["spec"]["metrics"][0]["resource"]["target"]["averageUtilization"] == 65
        assert scaler["spec"]["behavior"]["scaleDown"]["stabilizationWindowSeconds"] == 300
        assert scaler["spec"]["minReplicas"] >= 2
    (backlog,) = k8s.of("ScaledObject")
    assert backlog["spec"]["scaleTargetRef"]["name"] == "gateway-worker"
    assert backlog["spec"]["minReplicaCount"] >= 2
    queries = " ".join(each["metadata"]["query"] for each in backlog["spec"]["triggers"])
    assert "cassava_turns_due" in queries
    assert "cassava_turn_oldest_due_seconds" in queries


def test_15_what_is_not_an_edge_of_the_picture_is_closed(k8s: Rendering) -> None:
    policies = k8s.of("NetworkPolicy")
    for policy in policies:
        for direction in ("ingress", "egress"):
            assert {} not in policy["spec"].get(direction, []), policy["metadata"]["name"]
    if "networks" not in k8s.components:
        return
    nothing = k8s.one("NetworkPolicy", "nothing")["spec"]
    assert nothing == {"podSelector": {}, "policyTypes": ["Ingress", "Egress"]}
    assert OURS | {"envoy", "migrate"} <= names(policies)
    web = {
        policy["metadata"]["name"]
        for policy in policies
        if policy["metadata"]["name"] in OURS | {"envoy", "migrate"}
        for rule in policy["spec"].get("egress", [])
        for peer in rule.get("to", [])
        if "ipBlock" in peer
    }
    assert web == {"gateway-worker", "responder"}


def test_16_one_route_leads_to_the_edge_and_there_is_no_ingress(k8s: Rendering) -> None:
    assert k8s.of("Ingress") == []
    if "gateway-api" in k8s.components:
        route, (gateway,) = k8s.one("HTTPRoute", "cassava"), k8s.of("Gateway")
        assert [rule["backendRefs"] for rule in route["spec"]["rules"]] == [
            [{"name": "edge", "port": 80}]
        ]
        assert gateway["spec"]["listeners"][0]["tls"]["mode"] == "Terminate"
        assert route["spec"]["hostnames"] == [gateway["spec"]["listeners"][0]["hostname"]]


def test_17_the_edges_certificate_comes_from_an_issuer(k8s: Rendering) -> None:
    if "tls" in k8s.components:
        certificate, issuer = (
            k8s.one("Certificate", "cassava-edge"),
            k8s.one("Issuer", "cassava-edge"),
        )
        assert certificate["spec"]["issuerRef"]["name"] == issuer["metadata"]["name"]
        assert certificate["spec"]["privateKey"]["rotationPolicy"] == "Always"
        for gateway in k8s.of("Gateway"):
            (listener,) = [each for each in gateway["spec"]["listeners"] if "tls" in each]
            assert listener["tls"]["certificateRefs"] == [
                {"name": certificate["spec"]["secretName"]}
            ]
            assert listener["hostname"] in certificate["spec"]["dnsNames"]


def test_18_postgres_has_three_instances_pgvector_and_a_backup(k8s: Rendering) -> None:
    if "postgres" not in k8s.components:
        return
    cluster = k8s.one("Cluster", "postgres")["spec"]
    assert cluster["instances"] == 3
    assert ":18" in cluster["imageName"]
    assert [each["name"] for each in cluster["postgresql"]["extensions"]] == ["pgvector"]
    assert "barmanObjectStore" not in str(cluster)
    assert cluster["plugins"][0]["name"] == "barman-cloud.cloudnative-pg.io"
    assert k8s.of("ScheduledBackup")[0]["spec"]["method"] == "plugin"


def test_19_the_pooler_pools_transactions_and_migrations_pass_it_by(k8s: Rendering) -> None:
    for pooler in k8s.of("Pooler"):
        assert pooler["spec"]["pgbouncer"]["poolMode"] == "transaction"
        assert int(pooler["spec"]["pgbouncer"]["parameters"]["max_prepared_statements"]) > 0
    environment = container_of(k8s.one("Job", "migrate"))["env"]
    assert environment == [{"name": "CASSAVA_DATABASE_URL_FILE", "value": "/secrets/database/url"}]


def test_20_valkey_is_an_accelerator(k8s: Rendering) -> None:
    if "valkey" not in k8s.components:
        return
    arguments = " ".join(container_of(k8s.one("Deployment", "valkey"))["args"])
    for said in (
        "--maxmemory 256mb",
        "--maxmemory-policy noeviction",
        "--appendonly no",
        "--aclfile",
    ):
        assert said in arguments
    assert "valkey" in names(k8s.of("NetworkPolicy"))
    assert k8s.of("PersistentVolumeClaim") == []


def test_21_secrets_are_files_and_only_development_makes_them(k8s: Rendering) -> None:
    assert bool(k8s.of("Secret")) == (k8s.name == "local")
    for workload in k8s.workloads:
        for variable in container_of(workload).get("env", []):
            assert "valueFrom" not in variable
            assert not variable["name"].endswith(("_KEY", "_URL", "_PASSWORD")), variable["name"]
    for config in k8s.of("ConfigMap"):
        assert config["metadata"]["name"].rsplit("-", 1)[1].isalnum()
        assert len(config["metadata"]["name"].rsplit("-", 1)[1]) == 10


def test_22_migrations_are_a_job_that_gives_up_and_goes_away(k8s: Rendering) -> None:
    (job,) = k8s.of("Job")
    assert job["spec"]["backoffLimit"] > 0
    assert job["spec"]["ttlSecondsAfterFinished"] > 0
    assert container_of(job)["args"] == ["migrate"]


def test_23_selectors_hold_nothing_that_may_change(k8s: Rendering) -> None:
    for workload in k8s.of("Deployment", "StatefulSet"):
        assert set(workload["spec"]["selector"]["matchLabels"]) == {"app"}
        if workload["metadata"]["name"] in OURS | {"envoy"}:
            labels = workload["spec"]["template"]["metadata"]["labels"]
            assert labels["app.kubernetes.io/part-of"] == "cassava"


def test_24_prometheus_finds_every_process_and_its_rules(k8s: Rendering) -> None:
    assert "prometheus.io/scrape" not in k8s.text
    if "telemetry" not in k8s.components:
        return
    monitored = set()
    for monitor in k8s.of("PodMonitor"):
        selector = monitor["spec"]["selector"]
        monitored |= set(selector.get("matchLabels", {}).values())
        monitored |= {
            value for each in selector.get("matchExpressions", []) for value in each["values"]
        }
    assert monitored == OURS | {"envoy", "postgres", "instance"}
    assert names(k8s.of("PrometheusRule")) == {
        "cassava-slo",
        "cassava-causes",
        "cassava-replies",
        "cassava-postgres",
    }
    assert [
        each
        for each in k8s.of("ConfigMap")
        if each["metadata"].get("labels", {}).get("grafana_dashboard")
    ]


def test_spans_have_an_address_and_a_way_where_telemetry_is_wanted(k8s: Rendering) -> None:
    settings = next(
        each["data"]
        for each in k8s.of("ConfigMap")
        if each["metadata"]["name"].startswith("settings")
    )
    is_traced = "telemetry" in k8s.components
    assert ("OTEL_EXPORTER_OTLP_ENDPOINT" in settings) is is_traced
    if is_traced and "networks" in k8s.components:
        spans = k8s.one("NetworkPolicy", "spans")["spec"]
        assert set(spans["podSelector"]["matchExpressions"][0]["values"]) == OURS | {"envoy"}
        assert settings["OTEL_EXPORTER_OTLP_ENDPOINT"].endswith(":4317")


def test_25_one_namespace_cannot_starve_the_node(k8s: Rendering) -> None:
    assert k8s.of("ResourceQuota")
    assert k8s.of("LimitRange")
    classes = names(k8s.of("PriorityClass"))
    for workload in k8s.workloads:
        assert pod_of(workload)["priorityClassName"] in classes
        assert container_of(workload)["imagePullPolicy"] == "IfNotPresent"


@pytest.mark.parametrize("version", ["1.34", "1.37"])
def test_the_api_servers_schema_takes_it_strictly(k8s: Rendering, version: str) -> None:
    for resource in k8s.resources:
        if resource["kind"] not in FOREIGN:
            _validate(json.dumps(resource, sort_keys=True, default=str), version)


def test_every_component_is_used_by_somebody() -> None:
    used = "".join(path.read_text() for path in (K8S / "overlays").glob("*/kustomization.yaml"))
    assert [name for name in COMPONENTS if f"components/{name}" not in used] == ["ollama"]


def test_what_was_written_by_the_renderer_is_fresh() -> None:
    done = subprocess.run(  # noqa: S603 - our own program
        [sys.executable, str(ROOT / "deploy/render.py"), "--check"],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr


# The mixes share most of what they hold: each thing is looked at once.
@functools.cache
def _validate(resource: str, version: str) -> None:
    kubernetes_validate.validate(json.loads(resource), version, strict=True)

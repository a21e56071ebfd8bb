"""Every rendering of deploy/k8s keeps the house's rules, whatever was mixed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.deploy.rendering import (
    GRPC,
    LEAST_GRACE,
    LEAST_ID,
    OURS,
    Rendering,
    container_of,
    pod_of,
)

if TYPE_CHECKING:
    pass


def test_01_the_namespace_demands_restricted_pods(k8s: Rendering) -> None:
    (namespace,) = k8s.of("Namespace")
    labels = namespace["metadata"]["labels"]
    for mode in ("enforce", "audit", "warn"):
        assert labels[f"pod-security.kubernetes.io/{mode}"] == "restricted"
        assert labels[f"pod-security.kubernetes.io/{mode}-version"].startswith("v1.")


def test_02_nothing_runs_as_root_or_writes_its_disk(k8s: Rendering) -> None:
    for workload in k8s.workloads:
        pod, container = pod_of(workload), container_of(workload)
        assert pod["securityContext"]["runAsNonRoot"] is True
        assert pod["securityContext"]["runAsUser"] >= LEAST_ID
        assert pod["securityContext"]["runAsGroup"] >= LEAST_ID
        assert pod["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
        assert container["securityContext"] == {
            "allowPrivilegeEscalation": False,
            "privileged": False,
            "readOnlyRootFilesystem": True,
            "capabilities": {"drop": ["ALL"]},
        }
        assert {"name": "tmp", "mountPath": "/tmp"} in container["volumeMounts"]  # noqa: S108
        tmp = next(volume for volume in pod["volumes"] if volume["name"] == "tmp")
        assert tmp["emptyDir"]["medium"] == "Memory"
        assert tmp["emptyDir"]["sizeLimit"]


def test_03_each_workload_has_an_account_of_its_own_without_rights(k8s: Rendering) -> None:
    accounts = {each["metadata"]["name"]: each for each in k8s.of("ServiceAccount")}
    used = [pod_of(workload)["serviceAccountName"] for workload in k8s.workloads]
    assert sorted(used) == sorted(accounts)
    assert all(each["automountServiceAccountToken"] is False for each in accounts.values())
    for workload in k8s.workloads:
        assert pod_of(workload)["automountServiceAccountToken"] is False
        assert pod_of(workload)["enableServiceLinks"] is False


def test_04_servers_run_images_by_digest(k8s: Rendering) -> None:
    if k8s.name in {"staging", "production"}:
        for workload in k8s.workloads:
            assert "@sha256:" in container_of(workload)["image"], workload["metadata"]["name"]


def test_05_memory_is_limited_and_the_processor_is_not(k8s: Rendering) -> None:
    for workload in k8s.workloads:
        resources = container_of(workload)["resources"]
        assert set(resources["requests"]) == {"cpu", "memory"}
        assert set(resources["limits"]) == {"memory"}
        ratio = _mebibytes(resources["limits"]["memory"]) / _mebibytes(
            resources["requests"]["memory"]
        )
        assert ratio == pytest.approx(2, abs=0.1)


def test_06_three_questions_are_asked_and_a_restart_takes_a_minute_of_no(
    k8s: Rendering,
) -> None:
    for workload in k8s.of("Deployment", "StatefulSet"):
        container = container_of(workload)
        assert (
            container["startupProbe"]["periodSeconds"],
            container["startupProbe"]["failureThreshold"],
        ) == (1, 60)
        assert container["livenessProbe"]["failureThreshold"] >= 6
        assert (
            container["livenessProbe"]["periodSeconds"]
            * container["livenessProbe"]["failureThreshold"]
            >= 60
        )
        if (name := workload["metadata"]["name"]) in k8s.probed_by_grpc:
            for kind in ("startup", "readiness", "liveness"):
                assert container[f"{kind}Probe"]["grpc"]["service"] == kind
        elif name in OURS:
            asked = [container[f"{kind}Probe"] for kind in ("startup", "readiness", "liveness")]
            paths = [each["httpGet"]["path"] for each in asked]
            assert paths == ["/health/live", "/health/ready", "/health/live"]


def test_07_probes_are_plaintext_on_a_port_that_speaks_it(k8s: Rendering) -> None:
    for name in GRPC:
        container = container_of(k8s.one("Deployment", name))
        listen = next(each for each in container["env"] if each["name"] == "CASSAVA_LISTEN")
        for kind in ("startup", "readiness", "liveness"):
            probe = container[f"{kind}Probe"]
            assert len(set(probe) & {"grpc", "httpGet"}) == 1
            if name in k8s.probed_by_grpc:
                assert isinstance(probe["grpc"]["port"], int)
                assert listen["value"].endswith(f":{probe['grpc']['port']}")
            else:
                assert probe["httpGet"]["port"] == 9090


def test_08_a_pod_has_time_to_leave(k8s: Rendering) -> None:
    settings = next(
        each for each in k8s.of("ConfigMap") if each["metadata"]["name"].startswith("settings-")
    )["data"]
    drain = float(settings["CASSAVA_DRAIN_PAUSE_SECONDS"]) + float(
        settings["CASSAVA_DRAIN_SECONDS"]
    )
    for name in OURS:
        workload = k8s.one("Deployment", name)
        pause = container_of(workload)["lifecycle"]["preStop"]["sleep"]["seconds"]
        grace = pod_of(workload)["terminationGracePeriodSeconds"]
        assert pause == 8
        assert grace >= pause + drain + 5
        assert grace >= LEAST_GRACE[name]


def test_09_open_sockets_have_minutes(k8s: Rendering) -> None:
    for name in ("gateway-edge", "envoy"):
        grace = pod_of(k8s.one("Deployment", name))["terminationGracePeriodSeconds"]
        assert 120 <= grace <= 300


def test_10_a_rollout_never_dips(k8s: Rendering) -> None:
    for workload in k8s.of("Deployment"):
        spec = workload["spec"]
        assert spec["strategy"] == {
            "type": "RollingUpdate",
            "rollingUpdate": {"maxUnavailable": 0, "maxSurge": 1},
        }
        assert (spec["minReadySeconds"], spec["revisionHistoryLimit"]) == (5, 3)


def test_11_a_drained_node_takes_one_pod_at_a_time(k8s: Rendering) -> None:
    budgets = {each["metadata"]["name"]: each["spec"] for each in k8s.of("PodDisruptionBudget")}
    assert set(budgets) == OURS | {"envoy"}
    for name, spec in budgets.items():
        assert (spec["maxUnavailable"], spec["unhealthyPodEvictionPolicy"]) == (1, "AlwaysAllow")
        deployment = k8s.one("Deployment", name)
        assert spec["selector"] == deployment["spec"]["selector"]
        if k8s.name != "local" and "replicas" in deployment["spec"]:
            assert deployment["spec"]["replicas"] >= 2


def test_12_pods_are_spread_by_zone_and_host_for_each_revision(k8s: Rendering) -> None:
    for workload in k8s.of("Deployment"):
        spread = pod_of(workload)["topologySpreadConstraints"]
        assert [each["topologyKey"] for each in spread] == [
            "topology.kubernetes.io/zone",
            "kubernetes.io/hostname",
        ]
        for each in spread:
            assert each["whenUnsatisfiable"] == "ScheduleAnyway"
            assert each["matchLabelKeys"][-1] == "pod-template-hash"


def test_13_grpc_services_have_no_address_of_their_own(k8s: Rendering) -> None:
    for name in GRPC:
        service = k8s.one("Service", name)["spec"]
        assert service["clusterIP"] == "None"
        assert service["ports"][0]["name"] == "grpc"
        spoken = "kubernetes.io/h2c" if name in k8s.probed_by_grpc else "https"
        assert service["ports"][0]["appProtocol"] == spoken
    assert k8s.one("Service", "gateway")["spec"]["clusterIP"] == "None"


def _mebibytes(quantity: str) -> float:
    return float(quantity[:-2]) * {"Mi": 1, "Gi": 1024}[quantity[-2:]]

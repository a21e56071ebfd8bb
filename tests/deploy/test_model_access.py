"""SI-09: who reaches a language model where we run it."""

from __future__ import annotations

import functools
from typing import Any

import yaml

from tests.deploy.rendering import K8S, ROOT

_PORT = 11434


@functools.cache
def of_kubernetes() -> list[dict[str, Any]]:
    text = (K8S / "components/ollama/ollama.yaml").read_text("utf-8")
    return [each for each in yaml.safe_load_all(text) if each]


def test_si_09_only_the_responder_reaches_a_model_on_kubernetes() -> None:
    (service,) = [each for each in of_kubernetes() if each["kind"] == "Service"]
    policies = [each["spec"] for each in of_kubernetes() if each["kind"] == "NetworkPolicy"]
    (around,) = [
        each for each in policies if each["podSelector"]["matchLabels"] == {"app": "ollama"}
    ]

    assert service["spec"].get("type", "ClusterIP") == "ClusterIP"
    assert around["policyTypes"] == ["Ingress", "Egress"]
    assert around["ingress"] == [
        {
            "from": [{"podSelector": {"matchLabels": {"app": "responder"}}}],
            "ports": [{"port": _PORT}],
        }
    ]


def test_si_09_compose_opens_no_port_to_a_model() -> None:
    compose = yaml.safe_load((ROOT / "docker-compose.yml").read_text("utf-8"))

    assert "ports" not in compose["services"]["ollama"]
    assert compose["services"]["ollama"].get("network_mode") != "host"

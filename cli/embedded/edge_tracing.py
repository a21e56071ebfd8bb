"""Envoy's side of a trace: the first span of what comes in, sent where services send theirs."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from cli.embedded.places import Address

_CLUSTER = "collector"
_PORT = 4317
_H2 = "type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions"


@dataclass(frozen=True, slots=True)
class Collector:
    """Who speaks OTLP over gRPC, and how many traces of a hundred it is sent."""

    address: Address
    percent: float = 100.0


def collector_in(environment: Mapping[str, str]) -> Collector | None:
    """The services' own, by the same variables; one behind TLS gets no spans of the edge."""
    endpoint = urlsplit(environment.get("OTEL_EXPORTER_OTLP_ENDPOINT", ""))
    if endpoint.scheme != "http" or not endpoint.hostname:
        return None
    return Collector(Address(endpoint.hostname, endpoint.port or _PORT), _percent(environment))


def trace_to(rendered: dict[str, Any], collector: Collector) -> None:
    """A span for each request; the services go on beneath it and record what it records."""
    resources = rendered["static_resources"]
    resources["clusters"].append(_cluster(collector.address))
    listener = next(each for each in resources["listeners"] if each["name"] == "edge")
    manager = listener["filter_chains"][0]["filters"][0]["typed_config"]
    manager["tracing"] = _tracing(collector.percent)
    for host in manager["route_config"]["virtual_hosts"]:
        for route in host["routes"]:
            # The life of a stream is not work.
            if route.get("route", {}).get("timeout") == "0s":
                route["tracing"] = {"overall_sampling": {"numerator": 0}}


def _percent(environment: Mapping[str, str]) -> float:
    """What OTEL_TRACES_SAMPLER says: who stands first decides, the others follow the parent."""
    sampler = environment.get("OTEL_TRACES_SAMPLER", "")
    if sampler.endswith("always_off"):
        return 0.0
    if sampler.endswith("traceidratio"):
        return 100.0 * float(environment.get("OTEL_TRACES_SAMPLER_ARG") or 1)
    return 100.0


def _tracing(percent: float) -> dict[str, Any]:
    return {
        "provider": {
            "name": "envoy.tracers.opentelemetry",
            "typed_config": {
                "@type": "type.googleapis.com/envoy.config.trace.v3.OpenTelemetryConfig",
                "grpc_service": {"envoy_grpc": {"cluster_name": _CLUSTER}, "timeout": "3s"},
                "service_name": "edge",
            },
        },
        "random_sampling": {"value": percent},
        "client_sampling": {"value": 0},  # nobody outside says what we record
        # Queries carry live tokens: the path goes without, as in the access log.
        "max_path_tag_length": 0,
        "custom_tags": [{"tag": "url.path", "value": "%PATH(NQ:ORIG_OR_PATH)%"}],
        "operation": "%REQ(X-ENVOY-ORIGINAL-METHOD?:METHOD)%",
    }


def _cluster(address: Address) -> dict[str, Any]:
    at = {"socket_address": {"address": address.host, "port_value": address.port}}
    return {
        "name": _CLUSTER,
        "type": "STRICT_DNS",
        "connect_timeout": "0.5s",
        "dns_lookup_family": "V4_ONLY",
        "typed_extension_protocol_options": {
            "envoy.extensions.upstreams.http.v3.HttpProtocolOptions": {
                "@type": _H2,
                "explicit_http_config": {"http2_protocol_options": {}},
            }
        },
        "load_assignment": {
            "cluster_name": _CLUSTER,
            "endpoints": [{"lb_endpoints": [{"endpoint": {"address": at}}]}],
        },
    }

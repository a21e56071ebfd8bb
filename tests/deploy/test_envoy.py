"""The edge's configuration: valid, complete, and the same everywhere but for addresses."""

import copy
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml
from cassava.type.v1 import access_pb2
from google.api import annotations_pb2
from google.protobuf.descriptor_pb2 import FileDescriptorSet, MethodOptions
from google.protobuf.descriptor_pool import DescriptorPool

from cli.embedded.edge_tracing import Collector, collector_in, trace_to
from cli.embedded.envoy import (
    EdgeAddresses,
    EnvoyTrouble,
    encrypt,
    hold_keys_to,
    render,
    secret_of,
    validate,
)
from cli.embedded.places import Address, loopback
from mesh.settings import MeshSettings
from tests.certificates import a_certificate

ROOT = Path(__file__).resolve().parents[2]
EDGE = ROOT / "deploy/envoy/edge.yaml"
DESCRIPTORS = ROOT / "protos/gen/cassava.binpb"
# What is read for as long as it lasts.
ENDLESS = {"Watch", "ExportCustomer"}
CLUSTERS = ("tickets", "classifier", "responder", "analytics", "gateway")
ADDRESSES = EdgeAddresses(
    loopback(18000),
    loopback(18001),
    loopback(18002),
    {name: [loopback(19000 + n)] for n, name in enumerate(CLUSTERS)},
)


@pytest.fixture(scope="module")
def edge() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load(EDGE.read_text())
    return loaded


@pytest.fixture(scope="module")
def manager(edge: dict[str, Any]) -> dict[str, Any]:
    """The edge listener's HTTP connection manager."""
    listener = edge["static_resources"]["listeners"][0]
    config: dict[str, Any] = listener["filter_chains"][0]["filters"][0]["typed_config"]
    return config


def methods() -> list[tuple[str, MethodOptions]]:
    """Every method of the contract as /package.Service/Method, with its options."""
    files = FileDescriptorSet.FromString(DESCRIPTORS.read_bytes())
    return [
        (f"/{file.package}.{service.name}/{method.name}", method.options)
        for file in files.file
        for service in file.service
        for method in service.method
    ]


def enums_of_requests() -> dict[str, str]:
    """Of what comes as JSON or in a query: an enum's name, and its values but the zero."""
    files = FileDescriptorSet.FromString(DESCRIPTORS.read_bytes())
    pool = DescriptorPool()
    for file in files.file:
        pool.Add(file)
    routed = (
        method.input_type.removeprefix(".")
        for file in files.file
        for service in file.service
        for method in service.method
        if method.options.HasExtension(annotations_pb2.http)
    )
    below, seen, found = [pool.FindMessageTypeByName(name) for name in routed], set(), {}
    while below:
        message = below.pop()
        if message.full_name in seen:
            continue
        seen.add(message.full_name)
        for field in message.fields:
            if field.message_type:
                below.append(field.message_type)
            elif enum := field.enum_type:
                named = [value.name for value in enum.values if value.number]
                found[enum.full_name] = " ".join(named)
    return found


def route_of(manager: dict[str, Any], path: str) -> dict[str, Any]:
    """The first route that matches, as Envoy picks it for a request with ordinary headers."""
    routes: list[dict[str, Any]] = manager["route_config"]["virtual_hosts"][0]["routes"]
    for route in routes:
        match = route["match"]
        if "headers" in match:
            continue
        pattern = match.get("safe_regex", {}).get("regex")
        if (
            path == match.get("path")
            or path.startswith(match.get("prefix", "\0"))
            or (pattern and re.fullmatch(pattern, path))
        ):
            return route
    raise AssertionError(path)


def test_the_edge_is_valid_as_it_stands_and_draws_no_warning() -> None:
    validate(EDGE, ROOT)


def test_the_embedded_rendering_is_valid_anywhere(edge: dict[str, Any], tmp_path: Path) -> None:
    config = tmp_path / "edge.yaml"
    config.write_text(yaml.safe_dump(render(edge, ADDRESSES, DESCRIPTORS)))

    validate(config, tmp_path)


def test_a_warning_counts_as_a_failure(edge: dict[str, Any], tmp_path: Path) -> None:
    text = EDGE.read_text().replace("retry_on: connect-failure", "retry_on: conect-failure")
    config = tmp_path / "edge.yaml"
    config.write_text(text)

    with pytest.raises(EnvoyTrouble):
        validate(config, ROOT)


def test_rendering_changes_addresses_only(edge: dict[str, Any]) -> None:
    def blank(value: Any) -> Any:
        if isinstance(value, dict):
            places = {"socket_address", "proto_descriptor"}
            return {k: None if k in places else blank(v) for k, v in value.items()}
        return [blank(each) for each in value] if isinstance(value, list) else value

    rendered = render(edge, ADDRESSES, DESCRIPTORS)

    assert blank(rendered) == blank(edge)
    assert "50053" not in yaml.safe_dump(rendered)


def test_a_key_is_held_to_the_quota_of_tenants(edge: dict[str, Any]) -> None:
    def bucket(of: dict[str, Any]) -> dict[str, Any]:
        chain = of["static_resources"]["listeners"][0]["filter_chains"][0]
        host = chain["filters"][0]["typed_config"]["route_config"]["virtual_hosts"][0]
        guard = host["typed_per_filter_config"]["envoy.filters.http.local_ratelimit"]
        (found,) = [d for d in guard["descriptors"] if d["entries"] == [{"key": "credential"}]]
        return dict(found["token_bucket"])

    usual = MeshSettings.model_fields["tenant_calls_per_second"].default
    assert bucket(edge) == {
        "max_tokens": 2 * usual,
        "tokens_per_fill": usual,
        "fill_interval": "1s",
    }
    smaller = copy.deepcopy(edge)
    hold_keys_to(smaller, 7)
    assert bucket(smaller) == {"max_tokens": 14, "tokens_per_fill": 7, "fill_interval": "1s"}


def test_the_rendering_with_a_certificate_is_valid(edge: dict[str, Any], tmp_path: Path) -> None:
    certificate = a_certificate(tmp_path, "edge.example")
    secret, config = tmp_path / "certificate.yaml", tmp_path / "edge.yaml"
    secret.write_text(yaml.safe_dump(secret_of(certificate)))
    rendered = render(edge, ADDRESSES, DESCRIPTORS)
    encrypt(rendered, secret)
    config.write_text(yaml.safe_dump(rendered))

    validate(config, tmp_path)


def test_the_rendering_with_a_collector_is_valid(edge: dict[str, Any], tmp_path: Path) -> None:
    given = {
        "OTEL_EXPORTER_OTLP_ENDPOINT": "http://collector.example",
        "OTEL_TRACES_SAMPLER": "parentbased_traceidratio",
        "OTEL_TRACES_SAMPLER_ARG": "0.25",
    }
    collector = collector_in(given)
    assert collector == Collector(Address("collector.example", 4317), percent=25)
    rendered = render(edge, ADDRESSES, DESCRIPTORS)
    trace_to(rendered, collector)
    config = tmp_path / "edge.yaml"
    config.write_text(yaml.safe_dump(rendered))

    validate(config, tmp_path)


@pytest.mark.parametrize("endpoint", ["", "https://collector.example:4317", "http://"])
def test_without_a_collector_that_envoy_reaches_nothing_is_added(endpoint: str) -> None:
    assert collector_in({"OTEL_EXPORTER_OTLP_ENDPOINT": endpoint}) is None


def test_every_address_of_a_cluster_becomes_a_host(edge: dict[str, Any]) -> None:
    two = [loopback(19100), loopback(19101)]
    addresses = replace(ADDRESSES, clusters={**ADDRESSES.clusters, "gateway": two})

    clusters = render(edge, addresses, DESCRIPTORS)["static_resources"]["clusters"]
    (gateway,) = (each for each in clusters if each["name"] == "gateway")
    (locality,) = gateway["load_assignment"]["endpoints"]

    ports = [
        host["endpoint"]["address"]["socket_address"]["port_value"]
        for host in locality["lb_endpoints"]
    ]
    assert ports == [19100, 19101]


def test_the_transcoder_knows_every_service_with_routes(manager: dict[str, Any]) -> None:
    routed = {
        path.split("/")[1]
        for path, options in methods()
        if options.HasExtension(annotations_pb2.http)
    }
    transcoder = next(f for f in manager["http_filters"] if "transcoder" in f["name"])

    assert set(transcoder["typed_config"]["services"]) == routed


def test_what_only_the_mesh_may_call_is_closed(manager: dict[str, Any]) -> None:
    for path, options in methods():
        is_closed = "direct_response" in route_of(manager, path)
        is_mesh_only = options.Extensions[access_pb2.least_caller] == access_pb2.CALLER_MESH
        assert is_closed == is_mesh_only, path


def test_only_reads_are_repeated_after_they_may_have_arrived(manager: dict[str, Any]) -> None:
    for path, options in methods():
        policy = route_of(manager, path).get("route", {}).get("retry_policy", {})
        if "unavailable" in policy.get("retry_on", ""):
            assert options.idempotency_level == MethodOptions.NO_SIDE_EFFECTS, path


def test_unary_calls_have_a_deadline_and_streams_none(manager: dict[str, Any]) -> None:
    for path, _ in methods():
        route = route_of(manager, path)
        if "direct_response" in route:
            continue
        has_deadline = "request_headers_to_add" in route
        assert has_deadline == (path.rpartition("/")[2] not in ENDLESS), path
        assert (route["route"]["timeout"] == "0s") == (not has_deadline), path


def test_webhooks_are_never_repeated_and_have_their_sizes(manager: dict[str, Any]) -> None:
    def limit(path: str) -> Any:
        config = route_of(manager, path)["typed_per_filter_config"]
        buffer = config.get("envoy.filters.http.buffer", {}).get("buffer", {})
        return buffer.get("max_request_bytes")

    hooks = {"whatsapp": 3 * 2**20, "telegram": None, "custom/x": 256 * 2**10}

    for name, size in hooks.items():
        path = f"/api/v1/webhooks/{name}"
        assert route_of(manager, path)["route"]["retry_policy"]["num_retries"] == 0
        assert limit(path) == size


@pytest.mark.parametrize(
    "path",
    ["/health", "/docs", "/openapi.json", "/", "/api/v1/test/test", "/api/v1/tenants/demo/live",
     "/api/v1/tenants/demo/events", "/api/v1/webchat/x/live"],
)  # fmt: skip
def test_the_gateway_keeps_its_routes(manager: dict[str, Any], path: str) -> None:
    assert route_of(manager, path)["route"]["cluster"] == "gateway"


def test_the_edge_knows_what_each_enum_of_a_request_may_be(manager: dict[str, Any]) -> None:
    """It refuses other values by itself, before a service could name them."""
    code = [each["typed_config"].get("default_source_code", {}) for each in manager["http_filters"]]
    script = "".join(each.get("inline_string", "") for each in code)

    known = dict(re.findall(r'\["(cassava[^"]+)"\] = "([^"]+)"', script))

    assert known == enums_of_requests()

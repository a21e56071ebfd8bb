"""Metrics exist before anything happens."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest
from prometheus_client import REGISTRY

from mesh import telemetry

ROOT = Path(__file__).parents[2]


def test_a_counter_with_known_labels_starts_at_zero() -> None:
    telemetry.counter("cassava_probe", "A test.", {"channel": ("a", "b"), "outcome": ("ok",)})

    for channel in ("a", "b"):
        labels = {"channel": channel, "outcome": "ok"}
        assert REGISTRY.get_sample_value("cassava_probe_total", labels) == 0


def test_codes_are_spelt_as_dashboards_expect() -> None:
    codes = ("OK", "NOT_FOUND", "DEADLINE_EXCEEDED")

    assert [telemetry.camel(code) for code in codes] == ["OK", "NotFound", "DeadlineExceeded"]


def test_no_label_holds_a_tenant_or_a_customer() -> None:
    """Every label that is made here is of a list that its metric names."""
    labels = {
        label
        for path in (*ROOT.glob("mesh/*.py"), *ROOT.glob("services/**/*.py"))
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Call) and ast.unparse(node.func).startswith("telemetry.")
        for given in node.args
        if isinstance(given, ast.Dict)
        for label in map(ast.unparse, filter(None, given.keys))
    }

    assert labels
    assert [each for each in labels if re.search("tenant|customer|phone|alias|text", each)] == []


def test_a_call_is_counted_by_its_code_and_timed_by_its_method() -> None:
    rpc = {"grpc_service": "a.v1.Probe", "grpc_method": "Get", "grpc_type": "unary"}
    for code, seconds in (("OK", 0.001), ("NOT_FOUND", 0.002), ("OK", 30.0)):
        telemetry.note("server", "/a.v1.Probe/Get", "unary", code, seconds)

    def sample(name: str, **labels: str) -> float | None:
        return REGISTRY.get_sample_value(f"grpc_server_{name}", rpc | labels)

    assert sample("handled_total", grpc_code="OK") == 2
    assert sample("handled_total", grpc_code="NotFound") == 1
    buckets = [sample("handling_seconds_bucket", le=le) for le in ("0.001", "0.0025", "+Inf")]
    assert buckets == [1, 2, 3]
    assert sample("handling_seconds_count") == 3
    assert sample("handling_seconds_sum") == pytest.approx(30.003)


def test_the_life_of_a_stream_is_no_time_to_answer() -> None:
    telemetry.note("server", "/a.v1.Probe/Watch", "server_stream", "OK", 60.0)

    rpc = {"grpc_service": "a.v1.Probe", "grpc_method": "Watch", "grpc_type": "server_stream"}
    assert REGISTRY.get_sample_value("grpc_server_handled_total", rpc | {"grpc_code": "OK"}) == 1
    assert not REGISTRY.get_sample_value("grpc_server_handling_seconds_count", rpc)

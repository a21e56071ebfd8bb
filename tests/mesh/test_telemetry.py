"""Metrics exist before anything happens."""

from __future__ import annotations

from prometheus_client import REGISTRY

from mesh import telemetry


def test_a_counter_with_known_labels_starts_at_zero() -> None:
    telemetry.counter("cassava_probe", "A test.", {"channel": ("a", "b"), "outcome": ("ok",)})

    for channel in ("a", "b"):
        labels = {"channel": channel, "outcome": "ok"}
        assert REGISTRY.get_sample_value("cassava_probe_total", labels) == 0


def test_codes_are_spelt_as_dashboards_expect() -> None:
    codes = ("OK", "NOT_FOUND", "DEADLINE_EXCEEDED")

    assert [telemetry.camel(code) for code in codes] == ["OK", "NotFound", "DeadlineExceeded"]

"""Metrics exist before anything happens."""

from __future__ import annotations

import ast
import re
from pathlib import Path

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

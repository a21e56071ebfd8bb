"""The rules speak of metrics and label values that the code has."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from prometheus_client import generate_latest

from services.responder import memory, reply, rung, watch  # they make the metrics
from services.responder.providers.provider import Condition, Reason

RULES = Path(__file__).parents[2] / "deploy/observability/prometheus/replies.rules.yml"
ALERTS = [rule for group in yaml.safe_load(RULES.read_text())["groups"] for rule in group["rules"]]
MADE_BY = (memory, reply, rung, watch)


@pytest.mark.parametrize("rule", ALERTS, ids=lambda rule: rule["alert"])
def test_an_alert_asks_for_a_metric_that_exists_and_says_what_to_do(rule: dict[str, Any]) -> None:
    exposed = generate_latest().decode()
    named = set(re.findall(r"cassava_[a-z_]+", rule["expr"]))

    assert named
    assert all(re.search(rf"^# TYPE {name} ", exposed, re.MULTILINE) for name in named)
    assert rule["annotations"]["action"]


@pytest.mark.parametrize("rule", ALERTS, ids=lambda rule: rule["alert"])
def test_an_alert_knows_the_values_of_its_labels(rule: dict[str, Any]) -> None:
    known = {"best": {"yes", "no"}, "state": {*Condition}, "reason": {*Reason}}

    for label, values in re.findall(r'(\w+)=~?"([^"]+)"', rule["expr"]):
        assert set(values.split("|")) <= known[label]


def test_every_outcome_of_a_reply_is_at_zero_from_the_start() -> None:
    exposed = generate_latest().decode()

    for reason in Reason:
        assert f'cassava_reply_tier_total{{best="no",reason="{reason}",tier="template"}}' in exposed

"""Rules and dashboards: valid, tested, explained, and about metrics that exist."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx2
import pytest
import yaml

from tests.deploy.compose import ROOT
from tests.journeys import scene as scenes

if TYPE_CHECKING:
    from collections.abc import Iterator

OBSERVABILITY = ROOT / "deploy/observability"
PROMETHEUS = OBSERVABILITY / "prometheus"
DASHBOARDS = sorted((OBSERVABILITY / "grafana/dashboards").glob("*.json"))
SUFFIX = re.compile(r"_(bucket|sum|count)$")
# What is neither a metric nor a label once selectors, groupings and strings are gone.
WORDS = {
    "sum", "rate", "increase", "max", "min", "histogram_quantile", "avg_over_time",
    "and", "or", "unless", "bool",
    "absent",
    "up",  # Prometheus makes it
}  # fmt: skip
needs_promtool = pytest.mark.skipif(
    shutil.which("promtool") is None, reason="promtool is not installed (Debian: prometheus)"
)


def rules(*names: str) -> list[dict[str, Any]]:
    files = [yaml.safe_load((PROMETHEUS / f"{name}.rules.yml").read_text()) for name in names]
    return [rule for file in files for group in file["groups"] for rule in group["rules"]]


def alerts() -> list[dict[str, Any]]:
    files = ("slo", "causes", "replies", "postgres")
    return [rule for rule in rules(*files) if "alert" in rule]


def run_books() -> dict[str, str]:
    """By anchor: what docs/operate.md says to whoever is woken."""
    _, _, books = (ROOT / "docs/operate.md").read_text().partition("\n## Run books\n")
    sections = re.findall(r"^### ([^\n]+)\n(.*?)(?=^### |\Z)", books, re.M | re.S)
    return {title.lower().replace(" ", "-"): said for title, said in sections}


def expressions() -> Iterator[str]:
    yield from (rule["expr"] for rule in rules("slo", "causes", "replies"))
    for path in DASHBOARDS:
        for panel in json.loads(path.read_text())["panels"]:
            yield from (target["expr"] for target in panel["targets"])


def metrics(expression: str) -> set[str]:
    """What somebody must expose; recorded names have a colon."""
    bare = re.sub(r"\{[^}]*\}|\[[^]]*\]|\"[^\"]*\"|\b(by|without)\s*\([^)]*\)", " ", expression)
    return {
        SUFFIX.sub("", name) for name in re.findall(r"[a-z_:][a-z0-9_:]*", bare) if ":" not in name
    } - WORDS


@needs_promtool
def test_the_rules_fire_when_they_should_and_not_when_they_should_not() -> None:
    files = [path.name for path in sorted(PROMETHEUS.glob("*.test.yml"))]
    done = subprocess.run(  # noqa: S603 - our own files
        ["promtool", "test", "rules", *files],  # noqa: S607 - from the machine's packages
        cwd=PROMETHEUS, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr


@needs_promtool
def test_prometheus_takes_its_configuration() -> None:
    done = subprocess.run(
        ["promtool", "check", "config", "prometheus.yml"],  # noqa: S607
        cwd=PROMETHEUS, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_alert_has_a_test_in_which_it_fires() -> None:
    files = [yaml.safe_load(path.read_text()) for path in PROMETHEUS.glob("*.test.yml")]
    fired = {
        looked["alertname"]
        for file in files
        for test in file["tests"]
        for looked in test["alert_rule_test"]
        if looked["exp_alerts"]
    }
    assert {alert["alert"] for alert in alerts()} - fired == set()


@pytest.mark.parametrize("alert", alerts(), ids=lambda alert: alert["alert"])
def test_every_alert_has_a_severity_and_a_run_book(alert: dict[str, Any]) -> None:
    assert alert["labels"]["severity"] in {"page", "ticket"}
    page, _, anchor = alert["annotations"]["runbook"].partition("#")
    assert page == "docs/operate.md"
    assert anchor in run_books()


@pytest.mark.parametrize(("anchor", "said"), run_books().items())
def test_a_run_book_says_what_is_felt_and_names_a_command(anchor: str, said: str) -> None:
    assert said.strip().startswith("Felt: ")
    assert re.search(r"`[^`]+`", said)
    assert anchor in {alert["annotations"]["runbook"].partition("#")[2] for alert in alerts()}


def test_every_failure_has_an_alert_and_every_cause_a_failure() -> None:
    """The table that begins the run books, read by whoever asks what would tell us."""
    _, _, books = (ROOT / "docs/operate.md").read_text().partition("\n## Run books\n")
    table, _, _ = books.partition("\n### ")
    named = set(re.findall(r"`([A-Z]\w+)`", table))

    assert all(re.search(r"`[A-Z]\w+`", row) for row in table.splitlines() if row.startswith("| a"))
    assert named <= {alert["alert"] for alert in alerts()}
    causes = {rule["alert"] for rule in rules("causes", "replies", "postgres")}
    assert causes - named == set()


@pytest.mark.parametrize("path", DASHBOARDS, ids=lambda path: path.stem)
def test_a_dashboard_has_its_own_id_and_every_panel_a_query(path: Path) -> None:
    board = json.loads(path.read_text())
    assert board["uid"] == f"cassava-{path.stem}"
    identities = [panel["id"] for panel in board["panels"]]
    assert len(set(identities)) == len(identities)
    for panel in board["panels"]:
        assert panel["title"]
        assert panel["fieldConfig"]["defaults"]["unit"]
        assert all(target["expr"] for target in panel["targets"])


def test_the_names_in_an_expression_are_found() -> None:
    rate = 'sum by (a) (rate(b_total{c="d"}[5m]))'
    expression = f"{rate} / histogram_quantile(.9, sum by (le) (e_bucket)) > f:g:h"
    assert metrics(expression) == {"b_total", "e"}


async def test_every_metric_that_is_asked_for_is_exposed(mesh: dict[str, Any]) -> None:
    async with scenes.at(mesh) as scene:
        phone, hook = scenes.whatsapp("How long does a refund take?")
        await scene.post(hook)
        await scene.sent((await scene.conversation_of(phone))["id"], "AUTHOR_BOT")

    exposed = await _exposed(mesh)

    wanted = {name for expression in expressions() for name in metrics(expression)}
    assert wanted - exposed == set()


async def _exposed(mesh: dict[str, Any]) -> set[str]:
    """The names of all samples of all processes, without a histogram's three endings."""
    found = set()
    async with httpx2.AsyncClient() as http:
        for process in mesh["processes"]:
            if not process["ops"]:
                continue
            path = "/stats/prometheus" if process["name"] == "envoy" else "/metrics"
            said = (await http.get(f"http://{process['ops']}{path}")).text
            found |= {
                SUFFIX.sub("", name) for name in re.findall(r"^([a-z_][a-z0-9_]*)[{ ]", said, re.M)
            }
    return found

"""The simulation agrees with what is known of queues, and docs/scale.md with the simulation."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from bench import scale

DOCUMENT = Path(__file__).parents[2] / "docs/scale.md"


@pytest.mark.parametrize(("rate", "busy"), [(2.0, 0.2), (5.0, 0.5)])
def test_one_queue_is_as_busy_and_as_long_as_theory_says(rate: float, busy: float) -> None:
    """M/M/1: the time in it is exponential, its mean is cost / (1 - busy)."""
    outcome = scale.simulate([("a", 0.1)], {"a": 1}, rate, messages=40_000, stored_after=1)

    assert outcome.busy["a"] == pytest.approx(busy, rel=0.05)
    assert outcome.sent_p50 == pytest.approx(0.693 * 0.1 / (1 - busy), rel=0.1)


def test_what_no_machine_could_do_does_not_hold() -> None:
    costs = scale.read_costs()
    plan = {"machine": 2}

    assert not scale.simulate(scale.visits(costs), plan, 1.2 * scale.most(costs, plan)).holds


def test_a_plan_holds_at_the_rate_it_is_for() -> None:
    costs = scale.read_costs()

    assert scale.simulate(scale.visits(costs), scale.planned(costs, 1_000), 1_000).holds


def test_the_document_shows_what_the_simulation_says() -> None:
    shown = re.search(
        r"<!-- bench\.scale -->\n(.*?)\n<!-- /bench\.scale -->", DOCUMENT.read_text(), re.S
    )

    assert shown is not None
    assert shown[1] == scale.tables(scale.read_costs())

"""The figures of a place, by metric and label, and the rows that reports make of them."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import timedelta
from itertools import pairwise
from typing import TYPE_CHECKING, Any, TypedDict

from services.analytics import metric
from services.analytics.reports.sums import Stretch, day_of
from services.analytics.spread import average

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import datetime

    from services.analytics.period import Period
    from services.analytics.reports.store import Row
    from services.analytics.spread import Spread

Waits = tuple[str, str]  # a metric, a label
_PERCENTILES = (0.5, 0.9)
WAITS = (
    *("first_response", "first_response_business", "next_response", "next_response_business"),
    *("human_first_response", "human_first_response_business"),
    *("resolution", "resolution_business"),
)
_SOLUTIONS = ("solutions", "solutions_durable")
_HEADLINE = (
    *(metric.OPENED.name, metric.RESOLVED.name, metric.REOPENED.name),
    *(metric.RECEIVED.name, metric.SENT.name),
    *(metric.RATINGS_ASKED.name, metric.RATINGS_ANSWERED.name, "ratings", "rating_points"),
    *("outcome", "opened_involved", "opened_solved", "opened_handed_over"),
    *("clocks_met", "clocks_breached", "clocks_cancelled"),
    *WAITS,
    *(f"{wait}_us" for wait in WAITS),
)
# Of which a report shows the labels; besides those of what is opened.
_LABELLED = (
    *(metric.REPLIES.name, metric.INTENTS.name, metric.URGENCY.name),
    *(metric.SENTIMENT.name, metric.LANGUAGES.name),
)
_DAY = {
    "conversations": metric.OPENED.name,
    "messages_received": metric.RECEIVED.name,
    "messages_sent": metric.SENT.name,
    "resolved": metric.RESOLVED.name,
    "handovers": metric.HANDOVERS.name,
}
_WEEK = timedelta(hours=168)
_CLOCKS = ("met", "breached", "at_risk", "cancelled")


def headline_stretches(period: Period, now: datetime) -> list[Stretch]:
    """Of what is open only the last day's; of solutions those of a week before, in whole quarters.

    The rest of both is `standing`.
    """
    week_ago = metric.bucket(min(period.end, now) - _WEEK)
    return [
        Stretch(_HEADLINE, period.begin, period.end),
        Stretch((metric.OPEN.name,), day_of(period.end), period.end),
        Stretch(_SOLUTIONS, period.begin - _WEEK, week_ago),
    ]


def mix_stretch(period: Period) -> Stretch:
    return Stretch(_LABELLED, period.begin, period.end)


def day_stretches(period: Period) -> list[Stretch]:
    """The local days of the period, in order."""
    edges = [*period.midnights(), period.end]
    return [Stretch(tuple(_DAY.values()), *edge) for edge in pairwise(edges)]


class Headline(TypedDict):
    """A period's figures, a row a report."""

    overview: Row
    durations: Mapping[str, Row]
    sla: Sequence[Row]
    deflection: Row
    outcomes: Sequence[Row]
    satisfaction: Sequence[Row]
    unanswered: Row


class Figures:
    def __init__(self) -> None:
        self._counts: defaultdict[str, Counter[str]] = defaultdict(Counter)
        self._spreads: dict[Waits, Spread] = {}
        self._percentiles: defaultdict[Waits, list[float]] = defaultdict(list)

    def add(self, name: str, label: str, count: int) -> None:
        self._counts[name][label] += count

    def add_spread(self, name: str, label: str, spread: Spread) -> None:
        """Also to that of everybody together, whose label is ''."""
        everybody = self._spreads.get((name, ""))
        self._spreads[name, ""] = everybody + spread if everybody else spread
        if label:
            self._spreads[name, label] = spread

    def ranks(self) -> list[tuple[str, str, int, int]]:
        """Where the percentiles are: a metric, a label, a bin, how many of it are shorter."""
        return [
            (*waits, *spread.rank(share))
            for waits, spread in self._spreads.items()
            for share in _PERCENTILES
        ]

    def add_percentile(self, name: str, label: str, seconds: float) -> None:
        """What is at the next of the ranks."""
        self._percentiles[name, label].append(seconds)

    def total(self, name: str) -> int:
        return self._counts[name].total()

    def labels(self, name: str) -> list[tuple[str, int, float]]:
        """Label, count, share of all; the biggest first."""
        found = {label: count for label, count in self._counts[name].items() if count > 0}
        whole = sum(found.values())
        ranked = sorted(found.items(), key=lambda each: (-each[1], each[0]))
        return [(label, count, count / whole) for label, count in ranked]

    def headline(self) -> Headline:
        return Headline(
            overview=self._overview(),
            durations=dict(self._durations()),
            sla=list(self._sla()),
            deflection=self._deflection(),
            outcomes=self._outcomes(),
            satisfaction=self._satisfaction(),
            unanswered=self._unanswered(),
        )

    def mix(self) -> list[Row]:
        """By metric; within one, the biggest first."""
        return [
            {"metric": name, "label": label, "count": count, "share": share}
            for name in sorted((metric.OPENED.name, *_LABELLED))
            for label, count, share in self.labels(name)
        ]

    def day(self) -> dict[str, Any]:
        return {field: self.total(name) for field, name in _DAY.items()}

    def _overview(self) -> Row:
        return {
            "total": self.total(metric.OPENED.name),
            "open": self.total(metric.OPEN.name),
            "resolved": self.total(metric.RESOLVED.name),
            "reopened": self.total(metric.REOPENED.name),
            "received": self.total(metric.RECEIVED.name),
            "sent": self.total(metric.SENT.name),
            "asked": self.total(metric.RATINGS_ASKED.name),
            "answered": self.total(metric.RATINGS_ANSWERED.name),
        }

    def _durations(self) -> Iterator[tuple[str, Row]]:
        for (name, label), spread in self._spreads.items():
            sums, count = self._counts[f"{name}_us"], spread.count
            p50, p90 = self._percentiles[name, label]
            spent = average(sums[label] if label else sums.total(), count)
            row = {"count": count, "avg": spent, "p50": p50, "p90": p90}
            yield f"{name}_{label}" if label else name, row

    def _sla(self) -> Iterator[Row]:
        """Kinds of clocks of which anything is to be said."""
        found = {name: self._counts[f"clocks_{name}"] for name in _CLOCKS}
        for kind in sorted({kind for counts in found.values() for kind in +counts}):
            yield {"kind": kind, **{name: counts[kind] for name, counts in found.items()}}

    def _deflection(self) -> Row:
        return {
            "opened": self.total("outcome"),
            "involved": self.total("opened_involved"),
            "resolved": self.total("opened_solved"),
            "handed_over": self.total("opened_handed_over"),
            "settled": self.total("solutions"),
            "durable": self.total("solutions_durable"),
        }

    def _outcomes(self) -> list[Row]:
        return [
            {"outcome": outcome, "conversations": count, "share": share}
            for outcome, count, share in self.labels("outcome")
        ]

    def _satisfaction(self) -> list[Row]:
        points = self._counts["rating_points"]
        return [
            {"answered_by": by, "responses": responses, "points": points[by]}
            for by, responses in sorted(self._counts["ratings"].items())
        ]

    def _unanswered(self) -> Row:
        count = self.total("waits")
        oldest = average(self.total("oldest_wait_us"), 1) if count else None
        return {"count": count, "oldest": oldest}

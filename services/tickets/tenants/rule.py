"""A tenant's rules: which of them a turn meets."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

URGENCIES = ("", "low", "normal", "high", "critical")


@dataclass(frozen=True, slots=True)
class Facts:
    """What rules look at. `is_open`: whether the tenant's calendar is."""

    channel: str
    is_open: bool
    intent: str = ""
    urgency: str = ""
    sentiment: str = ""
    language: str = ""


@dataclass(frozen=True, slots=True)
class Rule:
    """Empty conditions match everything."""

    intent: str = ""
    least_urgency: str = ""
    sentiments: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    hours: str = ""
    priority: str = ""
    team_id: str = ""
    tags: tuple[str, ...] = ()
    required_skills: tuple[str, ...] = ()
    hooks: tuple[str, ...] = ()  # endpoints that are told

    def meets_place(self, facts: Facts) -> bool:
        """What is known before anybody has read the words."""
        is_now = not self.hours or (self.hours == "open") == facts.is_open
        return is_now and (not self.channels or facts.channel in self.channels)

    def meets(self, facts: Facts) -> bool:
        return (
            self.meets_place(facts)
            and self.intent in ("", facts.intent)
            and URGENCIES.index(facts.urgency) >= URGENCIES.index(self.least_urgency)
            and (not self.sentiments or facts.sentiment in self.sentiments)
            and (not self.languages or facts.language in self.languages)
        )


@dataclass(frozen=True, slots=True)
class Doing:
    """What all rules that are met want together."""

    priority: str = ""
    team_id: str = ""
    tags: tuple[str, ...] = ()
    required_skills: tuple[str, ...] = ()
    hooks: tuple[str, ...] = ()


def doing(rules: Iterable[Rule], facts: Facts) -> Doing:
    """The highest priority, the first team, every tag, skill and hook."""
    met = [rule for rule in rules if rule.meets(facts)]
    return Doing(
        priority=max((rule.priority for rule in met), key=URGENCIES.index, default=""),
        team_id=next((rule.team_id for rule in met if rule.team_id), ""),
        tags=tuple(dict.fromkeys(tag for rule in met for tag in rule.tags)),
        required_skills=tuple(dict.fromkeys(s for rule in met for s in rule.required_skills)),
        hooks=tuple(dict.fromkeys(hook for rule in met for hook in rule.hooks)),
    )

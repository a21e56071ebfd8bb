"""The messages of one turn, read together: every label and its reasons (pure)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from services.classifier.emergency import Emergency, emergency
from services.classifier.person import wants_person
from services.classifier.sentiment import Feeling, feeling
from services.classifier.urgency import Urgent, at_least, urgency

if TYPE_CHECKING:
    from collections.abc import Sequence

    from services.classifier.intent import Heard
    from services.classifier.language import Spoken
    from services.classifier.signals import Signals

MOST_CHARACTERS = 8_000  # enough for any letter, and a bound on what the patterns read


@dataclass(frozen=True, slots=True)
class Labels:
    heard: Heard
    spoken: Spoken
    feeling: Feeling
    urgent: Urgent
    emergency: Emergency | None
    wants_person: bool
    parts: Sequence[Heard]  # of a message that means several things, each
    abuse: float
    jailbreak: float


def together(messages: Sequence[str]) -> str:
    """What was said, oldest first, a message a line; of too much, the beginning."""
    return "\n".join(said for message in messages if (said := message.strip()))[:MOST_CHARACTERS]


def label(  # noqa: PLR0913  # what was found out about a text, each by its own reader
    text: str,
    heard: Heard,
    spoken: Spoken,
    signalled: Signals,
    *,
    parts: Sequence[Heard] = (),
    least_urgency: int = 0,
) -> Labels:
    felt = feeling(text, spoken.language, heard.feelings)
    grave = emergency(text)
    urgent = urgency(text, heard.intent, felt.sentiment, grave)
    return Labels(
        heard=heard,
        spoken=spoken,
        feeling=felt,
        urgent=at_least(urgent, least_urgency, heard.intent),
        emergency=grave[0] if grave else None,
        wants_person=wants_person(text) or heard.intent == "speak_to_human",
        parts=parts,
        abuse=signalled.abuse,
        jailbreak=signalled.jailbreak,
    )

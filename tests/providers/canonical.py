"""The one whole answer of both fakes: sixty words, so that a cut one cannot pass for whole."""

from __future__ import annotations

import json

# Sixty words, all of them in the passage that the tests ask about.
REPLY = (
    "We start a refund within 3 working days after the returned goods reach our warehouse. "
    "After that it takes 5 to 10 working days on a card, 1 day with mobile money and 2 to 3 days "
    "with a wallet until you have your money back. Refunds always go to the payment method that "
    "you used for the order."
)


def said(
    reply: str = REPLY,
    *,
    action: str = "answer",
    citations: tuple[int, ...] = (1,),
    why: str | None = None,
) -> str:
    """What the model writes: the JSON object of the output contract."""
    return json.dumps(
        {
            "action": action,
            "reply": reply,
            "citations": list(citations),
            "language": "en",
            "handover_reason": why,
        }
    )


def tokens(text: str, count: int = 60) -> list[str]:
    """The text in that many pieces or fewer."""
    step = max(1, -(-len(text) // count))
    return [text[start : start + step] for start in range(0, len(text), step)]

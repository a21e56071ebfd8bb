"""What tokens cost (pure)."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


def cost_micros(
    prices: Mapping[str, tuple[float, float]], model: str, prompt_tokens: int, answer_tokens: int
) -> int:
    """Millionths of a dollar; a price is dollars a million tokens, read and written."""
    read, written = prices.get(model, (0.0, 0.0))
    return round(prompt_tokens * read + answer_tokens * written)

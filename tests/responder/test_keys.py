"""Malformed keys are told in words, and never sent."""

from __future__ import annotations

import pytest

from services.responder.providers.keys import what_is_wrong
from services.responder.providers.provider import Condition, Reason, Tier
from tests.responder.scene import KEY, a_scene

MALFORMED = {
    "": "empty",
    "   \n": "empty",
    '"abcdef0123456789"': "quotes",
    "'abcdef0123456789'": "quotes",
    "\N{LEFT DOUBLE QUOTATION MARK}abcdef0123456789": "quotes",
    "your_api_key_here": "placeholder",
    "your-mistral-key": "placeholder",
    "changeme": "placeholder",
    "CHANGE_ME": "placeholder",
    "xxxxxxxxxxxxxxxx": "placeholder",
    "<your key>": "placeholder",
    "${MISTRAL_API_KEY}": "placeholder",
    "abcd\x00ef0123456789": "control character",
    "abcdef 0123456789": "blank",
    "abcdef\n0123456789": "blank",
    "abcdéf0123456789": "no key has",
    "Bearer abcdef0123456789": "Bearer",
    "abc": "too short",
}


@pytest.mark.parametrize(("key", "words"), MALFORMED.items())
async def test_a_malformed_key_is_named_and_nothing_is_sent(key: str, words: str) -> None:
    async with a_scene("well", key=key) as scene:
        draft = await scene.reply()
        state = await scene.rungs[0].provider.probe()

    assert (draft.tier, draft.reason) == (Tier.KNOWLEDGE, Reason.KEY_MALFORMED)
    assert (state.condition, scene.mistral.requests) == (Condition.MISCONFIGURED, [])
    assert words in state.remedy
    assert not key.strip() or key not in state.remedy


@pytest.mark.parametrize("key", [KEY, f"  {KEY}\n", "aB3" * 10 + "xY"])
def test_a_key_that_can_be_one_is_sent(key: str) -> None:
    assert what_is_wrong(key) == ""


@pytest.mark.parametrize("transport", ["native", "sdk"])
async def test_blanks_around_a_key_are_not_sent(transport: str) -> None:
    async with a_scene("well", key=f" {KEY}\n", transport=transport) as scene:
        draft = await scene.reply()

    assert draft.tier is Tier.MISTRAL
    assert scene.mistral.chats[0].headers["authorization"] == f"Bearer {KEY}"

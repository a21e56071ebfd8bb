"""A language model chooses the intent where the classifier is unsure."""

from __future__ import annotations

import pytest

from services.responder.choice import Choice, Choosing, Doubt
from services.responder.draft import Budget
from services.responder.prompt import Candidate
from services.responder.providers.provider import Reason, Tier
from tests.responder.scene import a_scene

CANDIDATES = [
    Candidate("return_item", ["this is too small, mail me@home.example about it"]),
    Candidate("refund_request", ["I want my money back"]),
]


async def chosen(
    mistral: str | None = None, ollama: str | None = None, text: str = "give it back"
) -> tuple[Choice, dict[str, list[dict[str, object]]]]:
    async with a_scene(mistral, ollama) as scene:
        doubt = Doubt("acme", [text], CANDIDATES, Budget())
        choice = await Choosing(scene.rungs).choose(doubt)
        asked = {
            tier: [r.body for r in scene.asked(tier).requests if r.body.get("stream")]
            for tier in ("mistral", "ollama")
        }
        return choice, asked


@pytest.mark.parametrize("tier", [Tier.MISTRAL, Tier.OLLAMA])
async def test_the_choice_names_who_made_it(tier: Tier) -> None:
    choice, _ = await chosen(**{tier.value: "chooses"})

    assert (choice.intent, choice.tier, choice.reason) == ("refund_request", tier, None)
    assert choice.model
    assert choice.usage.prompt_tokens


async def test_the_schema_leaves_no_other_name_than_those_given() -> None:
    _, asked = await chosen("chooses", "chooses")
    names = ["return_item", "refund_request", "out_of_scope"]

    _, beside = await chosen(None, "chooses")

    (mistral,), (ollama,) = asked["mistral"], beside["ollama"]
    schema = mistral["response_format"]["json_schema"]["schema"]  # type: ignore[index]
    assert schema["properties"]["intent"]["enum"] == names
    assert ollama["format"]["properties"]["intent"]["enum"] == names  # type: ignore[index]


@pytest.mark.parametrize("fault", ["chooses-another", "not-json", "unauthorized", "silent"])
async def test_where_one_model_does_not_choose_the_next_does_and_the_reason_is_told(
    fault: str,
) -> None:
    choice, _ = await chosen(fault, "chooses")

    assert (choice.intent, choice.tier) == ("refund_request", Tier.OLLAMA)
    assert choice.reason


async def test_nobody_configured_is_an_empty_choice() -> None:
    choice, _ = await chosen()

    assert choice == Choice(reason=Reason.NOT_CONFIGURED)


async def test_a_third_party_reads_placeholders_for_what_is_personal() -> None:
    _, asked = await chosen("chooses", text="refund to thandi@post.example, +27 82 555 0101")

    read = str(asked["mistral"])
    assert "thandi@" not in read
    assert "me@home" not in read
    assert "82 555" not in read
    assert "<EMAIL_1>" in read

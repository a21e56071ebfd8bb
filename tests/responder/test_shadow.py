"""A model or rules on trial: answers beside, is recorded, is never sent."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

import pytest
from cassava.responder.v1 import knowledge_pb2, responder_pb2
from cassava.responder.v1 import shadow_pb2 as pb
from cassava.type.v1 import outcome_pb2

from mesh.errors import InvalidInput
from services.responder.prompt import RULES, VERSION
from tests.providers import mistral as at_mistral
from tests.providers.canonical import REPLY, said

if TYPE_CHECKING:
    from tests.responder.api import Api
    from tests.responder.conftest import Served

QUESTION = "How long does a refund take?"
MISTRAL = outcome_pb2.TIER_MISTRAL
ANSWER = outcome_pb2.OUTCOME_KIND_ANSWER


async def start(served: Served, tenant: str, model: str = "", **shadow: Any) -> pb.Shadow:
    said = pb.Shadow(**{"tier": MISTRAL, "model": model, **shadow})
    request = pb.StartShadowRequest(tenant_id=tenant, shadow=said)
    return (await served.api.shadow.StartShadow(request)).shadow


async def ask(served: Served, tenant: str, text: str = QUESTION, **request: Any) -> str:
    """The live reply's text, when the shadow has come to its end."""
    asked = {"conversation_id": str(uuid.uuid4()), **request}
    reply: responder_pb2.ReplyResponse = await served.api.ask(tenant, text, **asked)
    await served.beside.settled()
    return reply.outcome.text


async def compared(api: Api, tenant: str) -> pb.CompareRepliesResponse:
    return await api.shadow.CompareReplies(pb.CompareRepliesRequest(tenant_id=tenant))


async def pairs(api: Api, tenant: str, **request: Any) -> list[pb.ReplyPair]:
    asked = pb.ListReplyPairsRequest(tenant_id=tenant, **request)
    return list((await api.shadow.ListReplyPairs(asked)).pairs)


async def test_a_shadow_answers_beside_and_is_never_sent(with_mistral: Served, tenant: str) -> None:
    with_mistral.mistral.behaviours["other"] = at_mistral.answers(said(f"Hello! {REPLY}"))
    await start(with_mistral, tenant, "other")

    sent = await ask(with_mistral, tenant)

    (pair,) = await pairs(with_mistral.api, tenant)
    assert sent == pair.live_reply.text == REPLY
    assert pair.shadow_reply.text == f"Hello! {REPLY}"
    assert [pair.live_reply.kind, pair.shadow_reply.kind] == [ANSWER, ANSWER]
    assert pair.shadow_reply.tokens == 760


async def test_a_comparison_counts_what_both_made_of_it(with_mistral: Served, tenant: str) -> None:
    await start(with_mistral, tenant, "invents")
    await ask(with_mistral, tenant)
    await ask(with_mistral, tenant)

    found = await compared(with_mistral.api, tenant)

    assert (found.pairs, found.same_kind, found.both_answered) == (2, 0, 0)
    assert (found.live_side.answered, found.shadow_side.failed) == (2, 2)
    (reason,) = found.shadow_side.reasons
    assert (reason.reason, reason.replies) == (outcome_pb2.TIER_REASON_UNGROUNDED, 2)
    assert found.live_side.tokens == 1520


async def test_answers_from_the_same_article_agree(with_mistral: Served, tenant: str) -> None:
    with_mistral.mistral.behaviours["other"] = at_mistral.answers(said())
    await start(with_mistral, tenant, "other")
    await ask(with_mistral, tenant)

    found = await compared(with_mistral.api, tenant)

    assert (found.same_kind, found.both_answered, found.same_source) == (1, 1, 1)
    assert await pairs(with_mistral.api, tenant, differing=True) == []


async def test_other_rules_reach_the_shadow_alone(with_mistral: Served, tenant: str) -> None:
    await start(with_mistral, tenant, rules="Answer in one short sentence.")
    await ask(with_mistral, tenant)

    live, shadow = (str(chat.body["messages"][0]) for chat in with_mistral.mistral.chats)
    (pair,) = await pairs(with_mistral.api, tenant)
    assert RULES[:40] in live
    assert "one short sentence" not in live
    assert "one short sentence" in shadow
    assert RULES[:40] not in shadow
    assert pair.live_reply.prompt_version == VERSION != pair.shadow_reply.prompt_version


async def test_without_a_shadow_nobody_is_asked_twice(with_mistral: Served, tenant: str) -> None:
    await ask(with_mistral, tenant)

    assert len(with_mistral.mistral.chats) == 1


async def test_a_stopped_shadow_is_not_asked(with_mistral: Served, tenant: str) -> None:
    await start(with_mistral, tenant, "blank")
    await ask(with_mistral, tenant)
    await with_mistral.api.shadow.StopShadow(pb.StopShadowRequest(tenant_id=tenant))
    await ask(with_mistral, tenant)

    found = await compared(with_mistral.api, tenant)

    assert found.pairs == 1
    assert found.shadow.HasField("stop_time")


async def test_a_second_shadow_ends_the_first(with_mistral: Served, tenant: str) -> None:
    first = await start(with_mistral, tenant, "blank")
    second = await start(with_mistral, tenant, "null")
    await ask(with_mistral, tenant)

    assert (await compared(with_mistral.api, tenant)).shadow.id == second.id
    assert await pairs(with_mistral.api, tenant, shadow_id=first.id) == []
    assert len(await pairs(with_mistral.api, tenant, shadow_id=second.id)) == 1


async def test_a_silent_shadow_holds_up_nobody(with_mistral: Served, tenant: str) -> None:
    await start(with_mistral, tenant, "silent")

    reply = await with_mistral.api.ask(tenant, QUESTION, conversation_id=str(uuid.uuid4()))

    assert reply.outcome.text == REPLY
    assert await pairs(with_mistral.api, tenant) == []  # it is still being asked


async def test_a_chain_that_is_capped_tries_nothing(with_mistral: Served, tenant: str) -> None:
    await start(with_mistral, tenant, "other")
    await ask(with_mistral, tenant, best_tier=outcome_pb2.TIER_KNOWLEDGE)

    assert with_mistral.mistral.chats == []


async def test_a_pair_holds_no_personal_data(with_mistral: Served, tenant: str) -> None:
    await start(with_mistral, tenant, "blank")
    await ask(with_mistral, tenant, "I am ann@mail.example. How long does a refund take?")

    (pair,) = await pairs(with_mistral.api, tenant)

    assert "<EMAIL_1>" in pair.question
    assert "ann@" not in str(pair)


async def test_a_forgotten_conversation_takes_its_pairs_along(
    with_mistral: Served, tenant: str
) -> None:
    conversation = str(uuid.uuid4())
    await start(with_mistral, tenant, "blank")
    await ask(with_mistral, tenant, conversation_id=conversation)
    await ask(with_mistral, tenant)

    forget = knowledge_pb2.ForgetConversationsRequest(
        tenant_id=tenant, conversation_ids=[conversation]
    )
    await with_mistral.api.knowledge.ForgetConversations(forget)

    (left,) = await pairs(with_mistral.api, tenant)
    assert left.conversation_id != conversation


async def test_a_tenant_sees_only_its_own_shadow(with_mistral: Served, tenant: str) -> None:
    await start(with_mistral, tenant, "blank")
    await ask(with_mistral, tenant)

    other = await compared(with_mistral.api, f"{tenant}-b")

    assert (other.pairs, other.HasField("shadow")) == (0, False)


async def test_pairs_come_in_pages(with_mistral: Served, tenant: str) -> None:
    await start(with_mistral, tenant, "blank")
    for _ in range(3):
        await ask(with_mistral, tenant)

    request = pb.ListReplyPairsRequest(tenant_id=tenant, page_size=2)
    first = await with_mistral.api.shadow.ListReplyPairs(request)
    request.page_token = first.next_page_token
    second = await with_mistral.api.shadow.ListReplyPairs(request)

    assert [len(first.pairs), len(second.pairs), second.next_page_token] == [2, 1, ""]
    assert not {pair.id for pair in first.pairs} & {pair.id for pair in second.pairs}


@pytest.mark.parametrize(
    ("shadow", "field"),
    [
        (pb.Shadow(tier=outcome_pb2.TIER_TEMPLATE, model="x"), "shadow.tier"),
        (pb.Shadow(tier=outcome_pb2.TIER_OLLAMA, model="x"), "shadow.tier"),  # no host is set
        (pb.Shadow(tier=MISTRAL), "shadow.model"),
    ],
)
async def test_a_shadow_that_cannot_be_one_is_refused(
    with_mistral: Served, tenant: str, shadow: pb.Shadow, field: str
) -> None:
    with pytest.raises(InvalidInput) as refused:
        await with_mistral.api.shadow.StartShadow(
            pb.StartShadowRequest(tenant_id=tenant, shadow=shadow)
        )

    assert [violation.field for violation in refused.value.violations] == [field]

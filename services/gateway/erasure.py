"""A customer's erasure beyond tickets: what the classifier and the responder kept of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

import structlog
from cassava.classifier.v1 import intent_pb2
from cassava.responder.v1 import knowledge_pb2
from cassava.tickets.v1 import privacy_pb2 as pb

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from services.gateway.peers import Peers

T = TypeVar("T")

# What the two take at once.
_CONVERSATIONS, _TEXTS = 1000, 10_000
log = structlog.get_logger()


class Erasures:
    """Work for the worker's loop, with slots of its own: it never takes a customer's."""

    bell = "wake:erasures"

    def __init__(self, peers: Peers, slots: int = 2) -> None:
        self._privacy = peers.privacy
        self._knowledge = peers.knowledge
        self._intents = peers.intents
        self.slots = slots

    async def claim(self, free_slots: int) -> tuple[list[pb.ClaimedErasure], float | None]:
        response = await self._privacy.ClaimErasures(pb.ClaimErasuresRequest(free_slots=free_slots))
        return list(response.erasures), None

    async def do(self, claimed: pb.ClaimedErasure) -> None:
        """Dies in the middle: the lease ends, and forgetting twice is forgetting."""
        removed = {"unanswered_questions": 0, "shadow_replies": 0, "corrections": 0}
        for ids in _in_parts(claimed.conversation_ids, _CONVERSATIONS):
            forget = knowledge_pb2.ForgetConversationsRequest(
                tenant_id=claimed.tenant_id, conversation_ids=ids
            )
            gone = await self._knowledge.ForgetConversations(forget)
            removed["unanswered_questions"] += gone.unanswered_questions
            removed["shadow_replies"] += gone.shadow_replies
        for hashes in _in_parts(claimed.text_hashes, _TEXTS):
            texts = intent_pb2.ForgetTextsRequest(tenant_id=claimed.tenant_id, text_hashes=hashes)
            removed["corrections"] += (await self._intents.ForgetTexts(texts)).corrections
        log.info("customer_erased", customer_id=claimed.customer_id, **removed)
        await self._privacy.FinishErasure(
            pb.FinishErasureRequest(
                tenant_id=claimed.tenant_id,
                customer_id=claimed.customer_id,
                fence=claimed.fence,
                removed=removed,
            )
        )


def _in_parts(all_of_them: Sequence[T], most: int) -> Iterator[Sequence[T]]:
    return (all_of_them[at : at + most] for at in range(0, len(all_of_them), most))

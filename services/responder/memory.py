"""Answers to exactly the same first question, for an hour; a tenant's are nobody else's."""

from __future__ import annotations

import hashlib
import hmac
import json
from dataclasses import replace
from typing import TYPE_CHECKING, Protocol

from mesh import telemetry
from services.responder import personal
from services.responder.draft import Draft, Kind
from services.responder.prompt import VERSION
from services.responder.providers.provider import Tier

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pydantic import SecretStr

    from services.responder.draft import Question
    from services.responder.knowledge.search import Hit

_KEPT_SECONDS = 3600
_recalled = telemetry.counter(
    "cassava_reply_memory", "Looks into the memory of answers.", {"found": ("yes", "no")}
)


class Keeps(Protocol):
    async def get(self, name: str) -> bytes | None:
        """What was kept; None when nothing was, or nobody knows."""

    async def keep(self, name: str, value: bytes, seconds: int) -> None:
        """For so long, or not at all: losing it costs a call."""


class Memory:
    def __init__(self, keeper: Keeps, key: SecretStr) -> None:
        self._keeper = keeper
        said = key.get_secret_value().encode()
        self._key = hmac.digest(said, b"responder.memory", "sha256")

    async def recall(
        self, question: Question, hits: Sequence[Hit], version: int, model: str
    ) -> Draft | None:
        """The answer that this model gave to these words from this knowledge."""
        if not _may_be_kept(question):
            return None
        draft = _read(
            await self._keeper.get(self._name(question, version, model)), question.tenant_id, hits
        )
        _recalled.labels("yes" if draft else "no").inc()
        return draft

    async def remember(self, question: Question, draft: Draft, model: str) -> None:
        """Only a whole answer with its sources, on its own."""
        if draft.kind is not Kind.ANSWER or not draft.by_a_model or not _may_be_kept(question):
            return
        said = {
            "tenant": question.tenant_id,
            "text": draft.text,
            "tier": draft.tier,
            "model": draft.model,
            "chunks": [str(hit.passage.chunk_id) for hit in draft.sources],
        }
        name = self._name(question, draft.knowledge_version, model)
        await self._keeper.keep(name, json.dumps(said).encode(), _KEPT_SECONDS)

    def _name(self, question: Question, version: int, model: str) -> str:
        same = (
            *(question.tenant_id, str(version), question.policy_version, VERSION, model),
            *(question.language, question.channel, " ".join(question.text.casefold().split())),
        )
        return f"reply:{hmac.digest(self._key, chr(0).join(same).encode(), hashlib.sha256).hex()}"


def _may_be_kept(question: Question) -> bool:
    """A first turn without anything of its customer's own."""
    return not question.earlier and not personal.mask(question.text)[1]


def _read(kept: bytes | None, tenant_id: str, hits: Sequence[Hit]) -> Draft | None:
    """Checked again: what another tenant's hand wrote here is not read."""
    said = json.loads(kept) if kept else {}
    if said.get("tenant") != tenant_id:
        return None
    found = {str(hit.passage.chunk_id): hit for hit in hits}
    sources = [found[chunk] for chunk in said["chunks"] if chunk in found]
    if not sources:
        return None
    draft = Draft(Kind.ANSWER, said["text"], Tier(said["tier"]), said["model"], sources)
    return replace(draft, confidence=hits[0].evidence, is_remembered=True)

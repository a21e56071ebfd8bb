"""A chain on fakes: say only which provider does what; limits are a third of the real ones."""

from __future__ import annotations

from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from importlib import import_module
from typing import TYPE_CHECKING, Any
from uuid import UUID

from pydantic import SecretStr

from services.responder.draft import Question
from services.responder.knowledge.search import Found, Hit, Passage
from services.responder.memory import Memory
from services.responder.prompt import Size
from services.responder.providers.absent import Absent
from services.responder.providers.mistral import Mistral
from services.responder.providers.ollama import Ollama
from services.responder.providers.provider import Provider, Tier
from services.responder.reply import Replying
from services.responder.rung import Rung, Terms
from tests.providers.canonical import REPLY
from tests.providers.mistral import fake_mistral
from tests.providers.ollama import fake_ollama
from tests.providers.wire import served

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence

    from services.responder.aloud import Aloud
    from services.responder.draft import Draft
    from tests.providers.wire import Fake

KEY = "tst-0123456789abcdef"
TERMS = Terms(
    share_seconds=5.0,
    first_token_seconds=1.0,
    stall_seconds=0.8,
    slots=8,
    slot_wait_seconds=0.5,
    size=Size(passages=5, turns=6),
    rest_seconds=1.0,
    probes_to_close=1,
)
PASSAGE = Passage(
    chunk_id=UUID(int=1),
    article_id=UUID(int=2),
    title="Refunds",
    heading="How long does a refund take?",
    text=REPLY,
    url="https://help.cassava-goods.example/refunds",
    language="en",
)
OTHERS = [
    Hit(replace(PASSAGE, chunk_id=UUID(int=n), article_id=UUID(int=n), text="Nothing. " * 40), 0.6)
    for n in range(10, 14)
]
HITS = [Hit(PASSAGE, 0.9), *OTHERS]


class Knows:
    """Stands where the finder stands, with what it found already in memory."""

    def __init__(self, hits: Sequence[Hit]) -> None:
        self._hits = list(hits)

    async def find(self, *_: object, **__: Any) -> Found:
        return Found(self._hits, version=3)


class Keeper:
    """Stands where Valkey stands."""

    def __init__(self) -> None:
        self.kept: dict[str, bytes] = {}

    async def get(self, name: str) -> bytes | None:
        return self.kept.get(name)

    async def keep(self, name: str, value: bytes, seconds: int) -> None:
        del seconds
        self.kept[name] = value


class Nobody:
    """Stands where a shadow stands, and tries nothing."""

    def asked(self, *_: object) -> None:
        return


class Quotes:
    async def quote(self, question: str, hit: Hit, characters_most: int = 900) -> str:
        del question, characters_most
        return f"{hit.passage.text}\n\nSource: {hit.passage.title}"


def a_question(text: str = "How long does a refund take?", **but: Any) -> Question:
    said: dict[str, Any] = {
        "tenant_id": "acme",
        "tenant_name": "Acme",
        "messages": [text],
        "earlier_customer": [],
        "earlier": [],
        "intent": "refund",
        "language": "en",
        "is_courtesy": False,
        "tone": "",
        "threshold": 0.0,
        "allowed_link_hosts": [],
        "best_tier": None,
        "asked_back_before": False,
        "notice_for": "",
    }
    return Question(**{**said, **but})


@dataclass
class Scene:
    replying: Replying
    rungs: list[Rung]
    mistral: Fake
    ollama: Fake

    async def reply(self, question: Question | None = None, aloud: Aloud | None = None) -> Draft:
        return await self.replying.reply(question or a_question(), aloud)

    def asked(self, tier: str) -> Fake:
        return self.mistral if tier == "mistral" else self.ollama


@asynccontextmanager
async def a_scene(  # noqa: PLR0913  # all named, all with a default
    mistral: str | None = None,
    ollama: str | None = None,
    *,
    key: str | None = KEY,
    transport: str = "native",
    terms: Terms = TERMS,
    hits: Sequence[Hit] = tuple(HITS),
    keeper: Keeper | None = None,
    keep_alive: str = "30m",
    is_warm: bool = True,
) -> AsyncIterator[Scene]:
    """A provider that is not named is not configured; a model's name is a behaviour."""
    async with AsyncExitStack() as opened:
        at_mistral = await opened.enter_async_context(served(fake_mistral()))
        at_ollama = await opened.enter_async_context(served(fake_ollama()))
        module = import_module(f"services.responder.providers.mistral_{transport}")
        carrier = await opened.enter_async_context(module.open_transport(key or "", at_mistral.url))
        first: Provider = Absent(Tier.MISTRAL, "none")
        if mistral and key is not None:
            first = Mistral(carrier, key, mistral)
        second: Provider = Absent(Tier.OLLAMA, "none")
        if ollama:
            second = Ollama(at_ollama.url, ollama, window_tokens=8192, keep_alive=keep_alive)
        if is_warm:
            await second.probe()
        if transport == "sdk":  # its first call builds classes for as long as a limit here
            terms = replace(terms, first_token_seconds=3 * terms.first_token_seconds)
        rungs = [
            Rung(first, terms, is_third_party=True),
            Rung(second, replace(terms, size=Size(3, 4)), is_third_party=False),
        ]
        memory = Memory(keeper or Keeper(), SecretStr(KEY))
        replying = Replying(Knows(hits), Quotes(), rungs, memory, Nobody())
        yield Scene(replying, rungs, at_mistral, at_ollama)

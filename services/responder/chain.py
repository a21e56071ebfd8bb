"""The rungs of the chain in their order, with the numbers of RESPONDER 6."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace
from importlib import import_module
from typing import TYPE_CHECKING

from mesh import logs
from services.responder.prompt import Size
from services.responder.providers.absent import Absent
from services.responder.providers.mistral import Mistral
from services.responder.providers.provider import Tier
from services.responder.rung import Rung, Terms
from services.responder.spending.purse import Purse

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from mesh.postgres import Pool
    from services.responder.providers.mistral import Transport
    from services.responder.settings import Settings

log = logs.get(__name__)
MISTRAL_TERMS = Terms(
    share_seconds=6.0,
    first_token_seconds=2.5,
    stall_seconds=3.0,
    slots=64,
    slot_wait_seconds=1.0,
    size=Size(passages=5, turns=6),
)
# A mounted secret changes in place; it counts after this at the latest.
_LOOK_EVERY_SECONDS = 10.0
OLLAMA_TERMS = Terms(
    share_seconds=10.0,
    first_token_seconds=6.0,
    stall_seconds=3.0,
    slots=1,
    slot_wait_seconds=2.0,
    size=Size(passages=3, turns=4),
)
_SHADOWS_AT_ONCE = 4
_OF_PROVIDERS = ("prices", "mistral_", "ollama_")


@asynccontextmanager
async def open_chain(read: Callable[[], Settings], pool: Pool) -> AsyncIterator[Chain]:
    async with AsyncExitStack() as opened:
        chain = Chain(pool, opened, read)
        await chain.use(read())
        yield chain


class Chain:
    """`rungs` is the same list for good: who holds it sees new ones in it, best first."""

    _settings: Settings
    _transport: Transport | None = None  # none without a key

    def __init__(self, pool: Pool, opened: AsyncExitStack, read: Callable[[], Settings]) -> None:
        self._read = read
        self.rungs: list[Rung] = []
        self._pool = pool
        self._opened = opened
        self._beside: dict[tuple[Tier, str], Rung] = {}

    async def use(self, settings: Settings) -> None:
        """New rungs. Calls that began on the old ones end on them; idle connections close alone."""
        self._transport = await self._way_to_mistral(settings)
        self._settings = settings
        self._beside.clear()
        # What is not configured stays in the list, so that its absence has a reason.
        self.rungs[:] = [
            self._mistral(settings.mistral_model, MISTRAL_TERMS),
            self._ollama(settings.ollama_model, settings.ollama_parallel),
        ]

    def rung_for(self, tier: Tier, model: str) -> Rung:
        """Beside the live one: its slots, breaker and failures are its own. No model: the live."""
        if (tier, model) not in self._beside:
            if tier is Tier.MISTRAL:
                terms = replace(MISTRAL_TERMS, slots=_SHADOWS_AT_ONCE)
                made = self._mistral(model or self._settings.mistral_model, terms)
            else:
                made = self._ollama(model or self._settings.ollama_model, 1)
            self._beside[tier, model] = made
        return self._beside[tier, model]

    async def follow(
        self, stop: asyncio.Event, *, every_seconds: float = _LOOK_EVERY_SECONDS
    ) -> None:
        """Look again at what settings are read from: a changed key needs no restart."""
        while not stop.is_set():
            try:
                async with asyncio.timeout(every_seconds):
                    await stop.wait()
            except TimeoutError:
                await self.look()

    async def look(self) -> None:
        """New rungs where a setting of theirs is another now."""
        try:
            settings = self._read()
        except (ValueError, OSError) as error:  # a file that is being replaced: the next look
            log.warning("settings_unreadable", error=type(error).__name__)
            return
        changed = [
            name
            for name in type(settings).model_fields
            if name.startswith(_OF_PROVIDERS)
            and getattr(settings, name) != getattr(self._settings, name)
        ]
        if changed:
            await self.use(settings)
            log.info("settings_changed", settings=changed)

    async def _way_to_mistral(self, settings: Settings) -> Transport | None:
        if (key := _key(settings)) is None:
            return None
        # Only who chose one pays for it: the SDK costs 60 MB and most of a second.
        module = import_module(f"services.responder.providers.mistral_{settings.mistral_transport}")
        way: Transport = await self._opened.enter_async_context(
            module.open_transport(key, settings.mistral_server_url)
        )
        return way

    def _mistral(self, model: str, terms: Terms) -> Rung:
        key, purse = _key(self._settings), Purse(self._pool, self._settings.prices, model)
        if key is not None and self._transport is not None:
            mistral = Mistral(self._transport, key, model)
            return Rung(mistral, terms, is_third_party=True, purse=purse)
        return Rung(Absent(Tier.MISTRAL, model), terms, is_third_party=True, purse=purse)

    def _ollama(self, model: str, slots: int) -> Rung:
        terms = replace(OLLAMA_TERMS, slots=slots)
        if not self._settings.ollama_host:
            return Rung(Absent(Tier.OLLAMA, model), terms, is_third_party=True)
        ollama = import_module("services.responder.providers.ollama").Ollama(
            self._settings.ollama_host,
            model,
            window_tokens=self._settings.ollama_num_ctx,
            keep_alive=self._settings.ollama_keep_alive,
        )
        self._opened.push_async_callback(ollama.close)
        return Rung(ollama, terms, is_third_party=not ollama.is_private)


def _key(settings: Settings) -> str | None:
    key = settings.mistral_api_key
    return key.get_secret_value() if key else None

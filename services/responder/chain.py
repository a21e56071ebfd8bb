"""The rungs of the chain in their order, with the numbers of RESPONDER 6."""

from __future__ import annotations

from contextlib import asynccontextmanager
from importlib import import_module
from typing import TYPE_CHECKING

from services.responder.prompt import Size
from services.responder.providers.mistral import Mistral
from services.responder.providers.ollama import Ollama
from services.responder.rung import Rung, Terms
from services.responder.spending.purse import Purse

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from mesh.postgres import Pool
    from services.responder.settings import Settings

MISTRAL_TERMS = Terms(
    share_seconds=6.0,
    first_token_seconds=2.5,
    stall_seconds=3.0,
    slots=64,
    slot_wait_seconds=1.0,
    size=Size(passages=5, turns=6),
)


@asynccontextmanager
async def open_rungs(settings: Settings, pool: Pool) -> AsyncIterator[list[Rung]]:
    """Best first. What is not configured stays in the list, so that its absence has a reason."""
    key = settings.mistral_api_key
    said = key.get_secret_value() if key else None
    # The SDK costs 60 MB and most of a second: only who chose it pays for it.
    module = import_module(f"services.responder.providers.mistral_{settings.mistral_transport}")
    async with module.open_transport(said or "", settings.mistral_server_url) as transport:
        purse = Purse(pool, settings.prices, settings.mistral_model)
        mistral = Mistral(transport, said, settings.mistral_model)
        yield [Rung(mistral, MISTRAL_TERMS, is_third_party=True, purse=purse), _ollama(settings)]


def _ollama(settings: Settings) -> Rung:
    ollama = Ollama(
        settings.ollama_host,
        settings.ollama_model,
        window_tokens=settings.ollama_num_ctx,
        keep_alive=settings.ollama_keep_alive,
    )
    terms = Terms(
        share_seconds=10.0,
        first_token_seconds=6.0,
        stall_seconds=3.0,
        slots=settings.ollama_parallel,
        slot_wait_seconds=2.0,
        size=Size(passages=3, turns=4),
    )
    return Rung(ollama, terms, is_third_party=not ollama.is_private)

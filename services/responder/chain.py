"""The rungs of the chain in their order, with the numbers of RESPONDER 6."""

from __future__ import annotations

from typing import TYPE_CHECKING

from services.responder.providers.mistral import Mistral
from services.responder.providers.ollama import Ollama
from services.responder.rung import Rung

if TYPE_CHECKING:
    import httpx2

    from services.responder.settings import Settings

_MISTRAL_SLOTS = 64


def rungs_of(settings: Settings, client: httpx2.AsyncClient) -> list[Rung]:
    """Best first. What is not configured stays in the list, so that its absence has a reason."""
    key = settings.mistral_api_key
    mistral = Mistral(
        client,
        key.get_secret_value() if key else None,
        settings.mistral_model,
        settings.mistral_server_url,
    )
    ollama = Ollama(
        settings.ollama_host,
        settings.ollama_model,
        window_tokens=settings.ollama_num_ctx,
        keep_alive=settings.ollama_keep_alive,
    )
    return [
        Rung(
            mistral,
            share_seconds=6.0,
            first_token_seconds=2.5,
            stall_seconds=3.0,
            slots=_MISTRAL_SLOTS,
            is_third_party=True,
        ),
        Rung(
            ollama,
            share_seconds=10.0,
            first_token_seconds=6.0,
            stall_seconds=3.0,
            slots=settings.ollama_parallel,
            is_third_party=not ollama.is_private,
        ),
    ]

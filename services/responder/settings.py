"""What the responder reads from its environment."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import AliasChoices, Field, SecretStr

from mesh.settings import MeshSettings

# Dollars a million tokens, read and written, as published in August 2026. Unlisted: free.
PRICES: Mapping[str, tuple[float, float]] = {
    "mistral-small-latest": (0.15, 0.60),
    "ministral-8b-latest": (0.15, 0.15),
    "ministral-3b-latest": (0.10, 0.10),
    "mistral-large-latest": (0.5, 1.5),
    "mistral-medium-latest": (1.5, 7.5),
}


class Settings(MeshSettings):
    """The vendors' own variable names are kept (CONTRACT 3)."""

    database_url: SecretStr
    # How many connections one process opens at most.
    database_connections: Annotated[int, Field(ge=2)] = 6
    mistral_api_key: Annotated[
        SecretStr | None, Field(validation_alias=AliasChoices("MISTRAL_API_KEY"))
    ] = None
    mistral_model: Annotated[str, Field(validation_alias=AliasChoices("MISTRAL_MODEL"))] = (
        "mistral-small-latest"
    )
    mistral_server_url: Annotated[
        str, Field(validation_alias=AliasChoices("MISTRAL_SERVER_URL"))
    ] = "https://api.mistral.ai"
    mistral_transport: Literal["native", "sdk"] = "native"
    ollama_host: Annotated[str, Field(validation_alias=AliasChoices("OLLAMA_HOST"))] = ""
    ollama_model: Annotated[str, Field(validation_alias=AliasChoices("OLLAMA_MODEL"))] = (
        "llama3.2:3b"
    )
    prices: Mapping[str, tuple[float, float]] = PRICES
    ollama_num_ctx: int = 8192
    ollama_parallel: int = 1
    ollama_keep_alive: str = "30m"

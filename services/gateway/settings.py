"""What the gateway reads from its environment, edge and worker alike."""

from __future__ import annotations

from mesh.settings import MeshSettings


class Settings(MeshSettings):
    """The gateway has no database: whatever it needs it asks for."""

    # Empty: the provider's own address.
    whatsapp_api_url: str = ""
    telegram_api_url: str = ""
    # Turns and deliveries that one worker process has in hand at once (PROTOCOL 9).
    worker_turns: int = 32
    worker_deliveries: int = 64
    # Files fetched at once; each may hold 20 MiB in memory.
    worker_media: int = 4
    # Events on their way to tenants' endpoints at once; one endpoint holds four at most.
    worker_endpoints: int = 32

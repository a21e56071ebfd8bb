"""Every service's schema, forward only, through mesh.migrate; safe to run twice and at once."""

import asyncio
from pathlib import Path

from mesh import migrate as mesh_migrate

SERVICES = Path(__file__).resolve().parents[1] / "services"


def folders(services: Path = SERVICES) -> dict[str, Path]:
    """The services that store, with their SQL files."""
    found = sorted(services.glob("*/migrations"))
    return {folder.parent.name: folder for folder in found if any(folder.glob("*.sql"))}


async def migrate(database_url: str, services: Path = SERVICES) -> dict[str, list[str]]:
    """By service, the files that ran now."""
    names = folders(services)
    done = await asyncio.gather(
        *(mesh_migrate.migrate(database_url, name, folder) for name, folder in names.items())
    )
    return dict(zip(names, done, strict=True))

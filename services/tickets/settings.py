"""The environment that tickets reads."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, SecretStr

from mesh.settings import MeshSettings


class Settings(MeshSettings):
    """No default where none is safe: a lost master key is a lost set of channel credentials."""

    database_url: SecretStr
    # Seals channel credentials and peppers key hashes; a short one can be guessed.
    master_key: Annotated[SecretStr, Field(min_length=16)]
    # The first platform key, which has no row; without it nobody can make a tenant.
    platform_key: Annotated[SecretStr, Field(min_length=16)] | None = None

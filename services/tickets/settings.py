"""The environment that tickets reads."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, SecretStr

from mesh.settings import MeshSettings


class Settings(MeshSettings):
    """No default where none is safe: a lost master key is a lost set of channel credentials."""

    database_url: SecretStr
    # How many connections one process opens at most.
    database_connections: Annotated[int, Field(ge=4)] = 16
    # Seals the secret that channel credentials and key hashes hang on; a short one can be guessed.
    master_key: Annotated[SecretStr, Field(min_length=16)]
    # While the master key is turned over: the one before, under which the secret may still be.
    master_key_previous: Annotated[SecretStr, Field(min_length=16)] | None = None
    # The first platform key, which has no row; without it nobody can make a tenant.
    platform_key: Annotated[SecretStr, Field(min_length=16)] | None = None

    @property
    def master_keys(self) -> tuple[str, str | None]:
        """The master key, and the one before."""
        previous = self.master_key_previous
        return (
            self.master_key.get_secret_value(),
            previous.get_secret_value() if previous else None,
        )

"""The environment that the classifier reads."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, SecretStr

from mesh.settings import MeshSettings


class Settings(MeshSettings):
    database_url: SecretStr
    # How many connections one process opens at most.
    database_connections: Annotated[int, Field(ge=2)] = 6

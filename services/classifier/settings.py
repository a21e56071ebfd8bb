"""The environment that the classifier reads."""

from __future__ import annotations

from pydantic import SecretStr

from mesh.settings import MeshSettings


class Settings(MeshSettings):
    database_url: SecretStr

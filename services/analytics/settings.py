"""What analytics reads from its environment."""

from typing import Annotated

from pydantic import Field, SecretStr

from mesh.settings import MeshSettings


class Settings(MeshSettings):
    database_url: SecretStr
    # How many connections one process opens at most.
    database_connections: Annotated[int, Field(ge=2)] = 3
    # The event log is tickets': without it there is nothing to follow.
    tickets_target: str

"""What analytics reads from its environment."""

from pydantic import SecretStr

from mesh.settings import MeshSettings


class Settings(MeshSettings):
    database_url: SecretStr
    # The event log is tickets': without it there is nothing to follow.
    tickets_target: str

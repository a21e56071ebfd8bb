"""What every service reads from its environment."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path
from typing import Annotated, Any

from pydantic import AliasChoices, Field, SecretStr
from pydantic.fields import FieldInfo
from pydantic_settings import (
    BaseSettings,
    EnvSettingsSource,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
)

from mesh.certificates import Certificates


class _FromFiles(EnvSettingsSource):
    """Reads NAME from the file that NAME_FILE points to: how mounted secrets arrive."""

    def get_field_value(self, field: FieldInfo, field_name: str) -> tuple[Any, str, bool]:
        for key, env_name, _ in self._extract_field_info(field, field_name):
            if path := self.env_vars.get(f"{env_name}_file"):
                return Path(path).read_text(encoding="utf-8").strip(), key, False
        return None, field_name, False


class MeshSettings(BaseSettings):
    """Frozen, from the environment only; a service's own settings add to it."""

    model_config = SettingsConfigDict(env_prefix="CASSAVA_", frozen=True, env_ignore_empty=True)

    listen: str = "127.0.0.1:0"
    ops_listen: str = "127.0.0.1:0"
    # Proves the services to each other; shorter keys can be guessed.
    mesh_key: Annotated[SecretStr, Field(min_length=16)]
    # Files of this process's own certificate: with all three, services speak TLS and show it.
    mesh_cert: Path | None = None
    mesh_cert_key: Path | None = None
    mesh_ca: Path | None = None
    log_level: str = "info"
    # How long calls in flight may still take once the server stops to accept new ones.
    drain_seconds: float = 20.0
    # Between NOT_SERVING and the closed listener: Envoy needs 2 s, a Kubernetes endpoint about 5.
    drain_pause_seconds: float = 5.0
    redis_url: str | None = None
    # Where spans go; unset, none are made. The SDK reads what else OpenTelemetry names.
    otlp_endpoint: Annotated[
        str, Field(validation_alias=AliasChoices("OTEL_EXPORTER_OTLP_ENDPOINT"))
    ] = ""
    tickets_target: str | None = None
    classifier_target: str | None = None
    responder_target: str | None = None
    analytics_target: str | None = None
    # For proofs of recovery only: where this process shall die (`mesh/crash.py`).
    crash_at: str = ""
    # Divides leases and waits, for proofs that have no minute to lose; everywhere the same.
    hurry: Annotated[float, Field(ge=1, le=100)] = 1.0
    # Of one tenant, over all replicas; twice as many at once. 0: no limit.
    tenant_calls_per_second: Annotated[int, Field(ge=0)] = 2000
    # In a minute, from one address; many people behind one address need more.
    wrong_keys_per_address: Annotated[int, Field(gt=0)] = 30
    # Networks, by commas, that tenants' webhooks may reach beside the public internet, on any port
    # and without TLS: for development, or hooks inside one's own walls.
    egress_networks: str = ""
    # Embedded development only: a caller without a key is this tenant's admin.
    anonymous_tenant: str | None = None

    @cached_property
    def certificates(self) -> Certificates | None:
        """Raise `ValueError` for some of the three, or for files that cannot be used."""
        given = (self.mesh_cert, self.mesh_cert_key, self.mesh_ca)
        chain, key, authority = given
        if chain and key and authority:
            return Certificates(chain, key, authority)
        if any(given):
            raise ValueError("CASSAVA_MESH_CERT, _CERT_KEY and _CA belong together; one is missing")
        return None

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        del dotenv_settings, file_secret_settings  # `cassava` reads .env, nobody else does
        return init_settings, env_settings, _FromFiles(settings_cls)

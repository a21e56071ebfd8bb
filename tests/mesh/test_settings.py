"""Settings come from the environment, secrets also from files."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from pydantic import SecretStr, ValidationError

from mesh.settings import MeshSettings

if TYPE_CHECKING:
    from pathlib import Path

KEY = "sixteen characters"


@pytest.fixture(autouse=True)
def _nothing_set(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in MeshSettings.model_fields:
        monkeypatch.delenv(f"CASSAVA_{name.upper()}", raising=False)


def test_there_is_no_default_for_the_mesh_key() -> None:
    with pytest.raises(ValidationError):
        MeshSettings()


def test_the_environment_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CASSAVA_MESH_KEY", KEY)
    monkeypatch.setenv("CASSAVA_DRAIN_SECONDS", "3")
    monkeypatch.setenv("CASSAVA_REDIS_URL", "")

    settings = MeshSettings()

    assert (settings.drain_seconds, settings.redis_url) == (3, None)


def test_a_secret_may_come_from_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "key").write_text(f"{KEY}\n")
    monkeypatch.setenv("CASSAVA_MESH_KEY_FILE", str(tmp_path / "key"))

    assert MeshSettings().mesh_key.get_secret_value() == KEY


def test_a_secret_is_not_printed() -> None:
    assert KEY not in repr(MeshSettings(mesh_key=SecretStr(KEY)))


def test_settings_do_not_change() -> None:
    settings = MeshSettings(mesh_key=SecretStr(KEY))

    with pytest.raises(ValidationError):
        settings.listen = "0.0.0.0:1"  # type: ignore[misc]  # frozen is the point

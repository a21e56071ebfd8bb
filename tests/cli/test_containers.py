"""The keys of a mesh in containers."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from cli.containers import write
from cli.embedded.secrets import fresh_keys

if TYPE_CHECKING:
    from pathlib import Path

DATABASE = "postgresql://cassava@postgres:5432/cassava"


def test_each_reader_has_a_folder_of_its_own(tmp_path: Path) -> None:
    made = write(tmp_path, DATABASE, fresh_keys())

    assert {str(path.relative_to(tmp_path)) for path in made} == {
        "mesh/mesh.key", "tickets/master.key", "tickets/platform.key",
        "database/password", "database/url",
    }  # fmt: skip
    assert {path.stat().st_mode & 0o777 for path in made} == {0o600}


def test_the_databases_url_has_its_password(tmp_path: Path) -> None:
    write(tmp_path, DATABASE, fresh_keys())

    url = urlsplit((tmp_path / "database/url").read_text().strip())
    assert url.password == (tmp_path / "database/password").read_text().strip()
    assert (url.username, url.hostname, url.port) == ("cassava", "postgres", 5432)


def test_a_second_time_changes_nothing(tmp_path: Path) -> None:
    before = {path: path.read_text() for path in write(tmp_path, DATABASE, fresh_keys())}

    assert {path: path.read_text() for path in write(tmp_path, DATABASE, fresh_keys())} == before

"""The keys of an embedded mesh."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from cli.embedded.secrets import keys_in
from cli.embedded.trouble import EmbeddedTrouble

if TYPE_CHECKING:
    from pathlib import Path


def test_keys_are_made_once_and_for_their_owner_alone(tmp_path: Path) -> None:
    made = keys_in(tmp_path)

    assert keys_in(tmp_path) == made
    assert {file.stat().st_mode & 0o777 for file in tmp_path.iterdir()} == {0o600}


def test_keys_that_are_given_are_the_keys(tmp_path: Path) -> None:
    (tmp_path / "mesh").write_text("from-a-file\n")
    given = {
        "CASSAVA_MASTER_KEY": "bWFzdGVy",
        "CASSAVA_MESH_KEY_FILE": str(tmp_path / "mesh"),
        "CASSAVA_PLATFORM_KEY": "csk_1_2",
    }

    keys = keys_in(tmp_path / "keys", given)

    assert (keys.master, keys.mesh, keys.platform) == ("bWFzdGVy", "from-a-file", "csk_1_2")
    assert keys_in(tmp_path / "keys") == keys


def test_a_master_key_takes_the_place_of_the_one_before_it(tmp_path: Path) -> None:
    before = keys_in(tmp_path).master
    given = {"CASSAVA_MASTER_KEY": "YW5vdGhlcg==", "CASSAVA_MASTER_KEY_PREVIOUS": before}

    turned = keys_in(tmp_path, given)

    assert (turned.master, turned.previous) == ("YW5vdGhlcg==", before)
    assert keys_in(tmp_path).master == "YW5vdGhlcg=="


def test_a_master_key_that_did_not_seal_the_data_is_refused_by_name(tmp_path: Path) -> None:
    keys_in(tmp_path)

    with pytest.raises(EmbeddedTrouble, match="CASSAVA_MASTER_KEY"):
        keys_in(tmp_path, {"CASSAVA_MASTER_KEY": "another"})

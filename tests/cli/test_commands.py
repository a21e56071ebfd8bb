"""The tree of commands, as someone who types it sees it."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest
from typer.testing import CliRunner

from cli.__main__ import app


@pytest.mark.parametrize(
    "words",
    [
        [],
        ["knowledge"],
        ["replies"],
        ["doctor"],
        ["tenant"],
        ["channel"],
        ["key"],
        ["analytics"],
        ["agent"],
        ["endpoint"],
        ["deadletter"],
    ],
)
def test_every_command_says_what_it_does(words: list[str]) -> None:
    said = CliRunner().invoke(app, [*words, "--help"])

    assert (said.exit_code, "Usage" in said.output) == (0, True)


def test_a_demo_without_a_mesh_ends_at_once_and_says_what_to_start(tmp_path: Path) -> None:
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))  # taken, and nobody listens
        edge = f"http://127.0.0.1:{nobody.getsockname()[1]}"
        said = CliRunner().invoke(app, ["demo", "--edge", edge, "--data", str(tmp_path)])

    assert (said.exit_code, f"nothing answers at {edge}" in said.output) == (1, True)
    assert "cassava up" in said.output


@pytest.mark.parametrize(
    ("words", "named"),
    [
        (["create", "telegram", "--secret", "bot_token=@away.txt"], "away.txt"),
        (["create", "custom", "--secret", "signingsecret=whsec_x"], "signing_secret"),
        (["connect", "telegram", "--url", "https://a.example", "--token", "@away.txt"], "away.txt"),
    ],
)
def test_a_secret_that_cannot_be_read_is_named_with_its_option(
    words: list[str], named: str
) -> None:
    said = CliRunner().invoke(app, ["channel", *words, "--tenant", "acme"])

    assert (said.exit_code, named in said.output) == (2, True)
    assert "Invalid value for --" in said.output


def test_an_edge_without_its_scheme_is_told_what_it_lacks() -> None:
    said = CliRunner().invoke(app, ["tenant", "list", "--edge", "localhost:8000"])

    assert (said.exit_code, "http://" in said.output) == (2, True)


@pytest.mark.parametrize("words", [["tenant", "list"], ["status"], ["doctor"]])
def test_a_line_of_dotenv_that_is_none_is_named_by_every_command(
    words: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / ".env").write_text("not a variable\n")
    monkeypatch.chdir(tmp_path)

    said = CliRunner().invoke(app, words)

    assert (said.exit_code, "failed: .env, line 1" in said.output) == (1, True)
    assert "Traceback" not in said.output


def test_a_command_that_finds_no_mesh_says_how_to_name_one() -> None:
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))  # taken, and nobody listens
        edge = f"http://127.0.0.1:{nobody.getsockname()[1]}"
        said = CliRunner().invoke(app, ["tenant", "list", "--edge", edge])

    assert said.exit_code == 1
    assert all(word in said.output for word in ("cassava up", "CASSAVA_DATA", "--edge", "--key"))

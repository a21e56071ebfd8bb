"""The tree of commands, as someone who types it sees it."""

from __future__ import annotations

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

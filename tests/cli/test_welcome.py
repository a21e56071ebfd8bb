"""What `cassava up` says works as it is written."""

from __future__ import annotations

from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console

from cli.options import usual_place
from cli.welcome import print_welcome

EDGE = "http://127.0.0.1:8001"


def welcome(data: Path, *, is_secure: bool) -> str:
    page = StringIO()
    print_welcome(Console(file=page, width=200), EDGE, data, is_secure=is_secure, ends="Ctrl-C")
    return page.getvalue()


@pytest.mark.parametrize(
    ("data", "command"),
    [
        (usual_place(), "cassava demo\n"),
        (Path("/tmp/else where"), "cassava demo --data '/tmp/else where'\n"),  # noqa: S108 - a name
    ],
)
def test_the_demo_is_told_where_this_mesh_is(data: Path, command: str) -> None:
    said = welcome(data, is_secure=False)

    assert command in said
    assert (f"CASSAVA_DATA='{data}'" in said) == (data != usual_place())


@pytest.mark.parametrize("is_secure", [True, False])
def test_the_console_is_said_to_want_a_key_only_where_it_does(is_secure: bool) -> None:  # noqa: FBT001
    assert ("sign in with a key" in welcome(usual_place(), is_secure=is_secure)) == is_secure

"""Every seeded bug still has its place in the source: one that does not fit proves nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.chaos.bugs import BUGS, restore, without_order
from tests.chaos.tree import DoesNotFit, Edit, copy_here

if TYPE_CHECKING:
    from pathlib import Path


def test_every_bug_fits_the_source(tmp_path: Path) -> None:
    here = copy_here(tmp_path / "here")

    for number, bug in enumerate(BUGS):
        here.edited(f"bug-{number}", bug.edits)


def test_an_edit_that_does_not_fit_ends_the_run(tmp_path: Path) -> None:
    here = copy_here(tmp_path / "here")

    with pytest.raises(DoesNotFit):
        here.edited("bug", [Edit("mesh/crash.py", "words that nobody wrote", "")])


async def test_the_claims_have_a_head_of_line_check_to_take_out(database_url: str) -> None:
    before = await without_order(database_url)

    with pytest.raises(DoesNotFit):
        await without_order(database_url)
    await restore(database_url, before)
    assert await without_order(database_url) == before

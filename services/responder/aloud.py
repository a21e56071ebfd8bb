"""A reply while it is being written: whole sentences that passed the checks, taken back if need be.

Nobody sees a sentence that could not stand in the finished reply; that the model goes on to fail
is said by a replacement, never by silence.
"""

from __future__ import annotations

import asyncio
import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from services.responder import guardrails
from services.responder.personal import unmask

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from services.responder.guardrails import Review

# The text of the reply as far as it has come, escapes whole; and the last place to stop in it.
_REPLY = re.compile(r'"reply"\s*:\s*"((?:[^"\\]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*)')
_STOP = re.compile(r".*[.!?…。؟।](?=\s)", re.S)


@dataclass(frozen=True, slots=True)
class Delta:
    text: str


@dataclass(frozen=True, slots=True)
class Replace:
    text: str


class Aloud:
    """One listener of one reply; the chain speaks into it, `pieces` comes out."""

    def __init__(self) -> None:
        self._pieces: asyncio.Queue[Delta | Replace | None] = asyncio.Queue()
        self._shown = ""

    async def pieces(self) -> AsyncIterator[Delta | Replace]:
        while piece := await self._pieces.get():
            yield piece

    def hearing(self, review: Review, kept: dict[str, str]) -> Hearing:
        """For one attempt. What an earlier one said is taken back first."""
        self._replace("")
        return Hearing(self, review, kept)

    def shows(self, text: str) -> None:
        """More of the same attempt: it begins with what is shown."""
        if len(text) > len(self._shown):
            self._pieces.put_nowait(Delta(text[len(self._shown) :]))
            self._shown = text

    def ends(self, text: str) -> None:
        """What it came to, whoever said it."""
        if text.startswith(self._shown):
            self.shows(text)
        else:
            self._replace(text)

    def closes(self, _: object) -> None:
        """No more comes: the reply is done, or was given up."""
        self._pieces.put_nowait(None)

    def _replace(self, text: str) -> None:
        if text != self._shown:
            self._pieces.put_nowait(Replace(text))
            self._shown = text


@dataclass
class Hearing:
    """What one attempt has written so far."""

    aloud: Aloud
    review: Review
    kept: dict[str, str]
    raw: str = ""
    is_dumb: bool = False

    def hears(self, text: str) -> None:
        self.raw += text
        if self.is_dumb or not (said := _said(self.raw)):
            return
        shown = guardrails.plain(unmask(said, self.kept))
        if self.review.may_be_shown(shown):
            self.aloud.shows(shown)
        else:
            self.is_dumb = True


def _said(raw: str) -> str:
    """Whole sentences of the reply that is still being written."""
    found = _REPLY.search(raw)
    whole = _STOP.match(json.loads(f'"{found[1]}"', strict=False)) if found else None
    return whole[0] if whole else ""

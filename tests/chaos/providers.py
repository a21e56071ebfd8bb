"""WhatsApp, Telegram and a model as servers. What they took is the truth; nothing kills them.

They misbehave as their documents and their users say: 429 with a time, 5xx before and after the
work was done, an answer that never arrives, an answer that is late (CHANNELS 2.9, 3.6).
"""

from __future__ import annotations

import asyncio
import itertools
import json
import random
import re
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tests.chaos.story import Account, Story, Taken, now

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterable

_BOT = re.compile(r"^/bot([^/]+)/sendMessage$")
_NUMBER = re.compile(r"^/(\d+)/messages$")
_CHAT = "/v1/chat/completions"
_SAID = re.compile(r"<message from=(\w+) tag=\w+>(.*?)</message>", re.DOTALL)
_MARK = re.compile(r"\bref ([a-z]{7})\b")
_SLOW_SECONDS = (0.3, 1.2)


@dataclass(slots=True)
class Weather:
    """How often a send meets what, of 1; the rest goes well."""

    rate_limited: float = 0.0
    error_before: float = 0.0
    error_after: float = 0.0
    lost: float = 0.0
    hung_up: float = 0.0
    slow: float = 0.0
    model_seconds: float = 0.05
    late_seconds: float = 0.0  # after which WhatsApp's statuses of lost answers come
    rate_seconds: int = 1  # what Telegram's 429 asks for
    rate_code: int = 130429  # which of its limits WhatsApp names

    def draw(self, chance: random.Random) -> str:
        kinds = ("rate_limited", "error_before", "error_after", "lost", "hung_up", "slow")
        left = chance.random()
        for kind in kinds:
            left -= getattr(self, kind)
            if left < 0:
                return kind
        return "well"


FAIR = Weather()
ROUGH = Weather(0.01, 0.01, 0.01, 0.015, 0.01, 0.05)


@dataclass(frozen=True, slots=True)
class Asked:
    path: str
    headers: dict[str, str]
    body: dict[str, Any]


@dataclass(frozen=True, slots=True)
class _Known:
    account: Account
    story: Story
    echo: Callable[[Taken, float], None]


class Providers:
    """One server for all of them, on a port of its own."""

    def __init__(self, chance: random.Random) -> None:
        self.weather = Weather()
        self.url = ""
        self._chance = chance
        self._known: dict[str, _Known] = {}
        self._ids = itertools.count(1)

    def know(
        self, accounts: Iterable[Account], story: Story, echo: Callable[[Taken, float], None]
    ) -> None:
        """Sends of these accounts go into this story; `echo` hears what WhatsApp took."""
        for account in accounts:
            key = account.token if account.is_telegram else account.external_id
            self._known[key] = _Known(account, story, echo)

    @asynccontextmanager
    async def serving(self) -> AsyncIterator[Providers]:
        server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        host, port = server.sockets[0].getsockname()[:2]
        self.url = f"http://{host}:{port}"
        try:
            yield self
        finally:
            server.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            while asked := await _read(reader):
                if asked.path == _CHAT:
                    await self._complete(asked, writer)
                    break
                if not await self._answer(asked, writer):
                    break
        writer.close()

    async def _answer(self, asked: Asked, writer: asyncio.StreamWriter) -> bool:
        """Whether the connection may be used again."""
        if bot := _BOT.match(asked.path):
            known, to = self._known[bot[1]], str(asked.body["chat_id"])
            text, token = asked.body["text"], ""
        elif (number := _NUMBER.match(asked.path)) and "to" in asked.body:
            known, to = self._known[number[1]], asked.body["to"]
            text, token = asked.body["text"]["body"], asked.body["biz_opaque_callback_data"]
        else:
            # "Read" and "typing" of either provider, and whatever else is no send.
            await _whole(writer, 200, {"ok": True, "success": True, "data": []})
            return True
        what = self.weather.draw(self._chance)
        known.story.count(what)
        if what == "hung_up":
            writer.transport.abort()
            return False
        if what in {"rate_limited", "error_before"}:
            await _whole(writer, *self._refusal(known.account, what))
            return True
        late_seconds = self.weather.late_seconds if what == "lost" else 0.0
        taken = self._take(known, to, text, token, late_seconds)
        if what == "lost":
            writer.transport.abort()
            return False
        if what == "slow":
            await asyncio.sleep(self._chance.uniform(*_SLOW_SECONDS))
        if what == "error_after":
            await _whole(writer, *self._refusal(known.account, what))
        else:
            await _whole(writer, 200, _success(taken))
        return True

    def _take(self, known: _Known, to: str, text: str, token: str, late_seconds: float) -> Taken:
        account, number = known.account, next(self._ids)
        message_id = str(number) if account.is_telegram else f"wamid.out.{number}"
        taken = Taken(account, to, text, token, message_id, now())
        known.story.taken.append(taken)
        if not account.is_telegram:
            known.echo(taken, late_seconds)
        return taken

    def _refusal(self, account: Account, what: str) -> tuple[int, dict[str, Any]]:
        if account.is_telegram:
            if what == "rate_limited":
                said = {"ok": False, "error_code": 429, "description": "Too Many Requests"}
                return 429, said | {"parameters": {"retry_after": self.weather.rate_seconds}}
            return 502, {"ok": False, "error_code": 502, "description": "Bad Gateway"}
        code = self.weather.rate_code if what == "rate_limited" else 131000
        error = {"message": "no", "type": "OAuthException", "code": code}
        return 429 if what == "rate_limited" else 500, {"error": error}

    async def _complete(self, asked: Asked, writer: asyncio.StreamWriter) -> None:
        """A model that names what it answers, so that whoever reads the reply can tell."""
        await asyncio.sleep(self.weather.model_seconds * self._chance.uniform(0.5, 1.5))
        marks = _open_marks(asked.body["messages"][-1]["content"])
        about = ", ".join(f"ref {each}" for each in marks) or "your question"
        reply = f"About {about}: refunds always go to the payment method that you used."
        said = {"action": "answer", "reply": reply, "citations": [1], "language": "en"}
        head = "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\nconnection: close\r\n\r\n"
        writer.write(head.encode())
        writer.write(_chunk(json.dumps(said)) + _chunk("", "stop") + b"data: [DONE]\n\n")
        await writer.drain()


def marks_in(text: str) -> list[str]:
    return _MARK.findall(text)


def _open_marks(prompt: str) -> list[str]:
    """Of the messages since anybody last replied."""
    found: list[str] = []
    for speaker, text in _SAID.findall(prompt):
        found = [*found, *marks_in(text)] if speaker == "customer" else []
    return found


def _success(taken: Taken) -> dict[str, Any]:
    if taken.account.is_telegram:
        chat = {"id": int(taken.contact)}
        return {"ok": True, "result": {"message_id": int(taken.message_id), "chat": chat}}
    return {"messaging_product": "whatsapp", "messages": [{"id": taken.message_id}]}


def _chunk(content: str, finish: str | None = None) -> bytes:
    choice = {"index": 0, "delta": {"content": content}, "finish_reason": finish}
    said = {"object": "chat.completion.chunk", "model": "fake", "choices": [choice]}
    return b"data: " + json.dumps(said).encode() + b"\n\n"


async def _read(reader: asyncio.StreamReader) -> Asked | None:
    """The next request of a connection; None at its end."""
    try:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    except asyncio.IncompleteReadError:
        return None
    first, *lines = head.strip().split("\r\n")
    headers = {k.lower(): v for k, v in (line.split(": ", 1) for line in lines)}
    raw = await reader.readexactly(int(headers.get("content-length", 0)))
    return Asked(first.split(" ")[1], headers, json.loads(raw) if raw else {})


async def _whole(writer: asyncio.StreamWriter, status: int, body: dict[str, Any]) -> None:
    said = json.dumps(body).encode()
    head = f"HTTP/1.1 {status} X\r\ncontent-type: application/json\r\n"
    writer.write(f"{head}content-length: {len(said)}\r\n\r\n".encode() + said)
    await writer.drain()

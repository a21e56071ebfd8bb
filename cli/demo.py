"""A conversation to watch: real webhooks in, the replies out of the API, one row each."""

import asyncio
import secrets
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from cli import webhooks
from cli.api import Api, Refused, Unreachable
from cli.demo_tenant import tenant

CONVERSATION = Path(__file__).parent / "demo_tenant" / "conversation.yaml"
_ACCEPTED = 200
_SERVER_TROUBLE = 500
_WRITTEN_BY_US = frozenset({"AUTHOR_BOT", "AUTHOR_AGENT"})
_LEFT = frozenset({"MESSAGE_STATE_SENT", "MESSAGE_STATE_DELIVERED", "MESSAGE_STATE_READ"})
_ANSWER_SECONDS = 60.0
# After the first answer: a second one that should not exist would come about now.
_SETTLE_SECONDS = 2.0


@dataclass(frozen=True, slots=True)
class Line:
    """One customer and what they write."""

    channel: str
    name: str
    text: str


@dataclass(slots=True)
class Exchange:
    """A line and what became of it."""

    line: Line
    alias: str
    sent_at: float
    accepted_ms: float = 0.0
    answered_ms: float | None = None
    classification: dict[str, Any] | None = None
    replies: list[dict[str, Any]] | None = None
    ticket: str = ""

    @property
    def is_answered_once(self) -> bool:
        return len(self.replies or []) == 1 and self.answered_ms is not None

    def as_json(self) -> dict[str, Any]:
        heard = self.classification or {}
        reply = (self.replies or [{}])[0]
        said = reply.get("outcome") or {}
        return {
            "channel": self.line.channel,
            "message": self.line.text,
            "class": heard.get("intent", ""),
            "urgency": heard.get("urgency", "").removeprefix("URGENCY_").lower(),
            "reply": reply.get("text", ""),
            "kind": said.get("kind", "").removeprefix("OUTCOME_KIND_").lower(),
            "tier": said.get("tier", "").removeprefix("TIER_").lower(),
            "ticket": self.ticket,
            "accepted_ms": round(self.accepted_ms, 1),
            "answered_ms": None if self.answered_ms is None else round(self.answered_ms),
            "replies": len(self.replies or []),
        }


def lines(file: Path = CONVERSATION) -> list[Line]:
    said = yaml.safe_load(file.read_text(encoding="utf-8"))
    return [Line(each["channel"], each["name"], each["text"]) for each in said["messages"]]


async def play(api: Api, said: list[Line]) -> AsyncIterator[Exchange]:
    """Send all, then give each as it is answered (or is not, within a minute).

    Raise `Unreachable` or `Refused` before anything is sent where no demo tenant is.
    """
    await api.call("GET", f"/api/v1/tenants/{tenant.TENANT_ID}")
    exchanges = [await _send(api, line, number) for number, line in enumerate(said)]
    for finished in asyncio.as_completed([_answered(api, each) for each in exchanges]):
        yield await finished


async def _send(api: Api, line: Line, number: int) -> Exchange:
    """As providers do it: again, the same bytes, until somebody says 200."""
    alias, hook = _webhook(line, number)
    exchange = Exchange(line, alias, time.perf_counter())
    while time.perf_counter() - exchange.sent_at < _ANSWER_SECONDS:
        try:
            status = await api.post_bytes(hook.path, hook.body, hook.headers)
        except Unreachable:
            status = 0
        if status == _ACCEPTED:
            exchange.accepted_ms = (time.perf_counter() - exchange.sent_at) * 1000
            return exchange
        await asyncio.sleep(0.5)
    return exchange


def _webhook(line: Line, number: int) -> tuple[str, webhooks.Webhook]:
    """A customer nobody has met, so that each conversation holds one message."""
    fresh = 10_000_000 + secrets.randbelow(89_999_999)
    match line.channel:
        case "whatsapp":
            phone = f"2547{fresh}"
            hook = webhooks.whatsapp(phone, line.name, line.text, f"wamid.demo.{fresh}.{number}")
            return phone, hook
        case "telegram":
            return str(fresh), webhooks.telegram(fresh, line.name, line.text, fresh * 10 + number)
        case _:
            alias = f"customer-{fresh}"
            return alias, webhooks.custom(alias, line.name, line.text, f"msg_{fresh}_{number}")


async def _answered(api: Api, exchange: Exchange) -> Exchange:
    deadline = exchange.sent_at + _ANSWER_SECONDS
    while time.perf_counter() < deadline:
        await _try_to_look(api, exchange)
        if exchange.answered_ms is not None:
            await asyncio.sleep(_SETTLE_SECONDS)
            await _try_to_look(api, exchange)
            return exchange
        await asyncio.sleep(0.15)
    return exchange


async def _try_to_look(api: Api, exchange: Exchange) -> None:
    """A service that is being started again is no verdict; the next look may succeed."""
    try:
        await _look(api, exchange)
    except Unreachable:
        return
    except Refused as refused:
        if refused.status < _SERVER_TROUBLE:
            raise


async def _look(api: Api, exchange: Exchange) -> None:
    asked = {"tenant_id": tenant.TENANT_ID, "customer_alias": exchange.alias}
    found = await api.call("GET", "/api/v1/conversations", query=asked)
    replies: list[dict[str, Any]] = []
    for conversation in found.get("conversations", []):
        exchange.ticket = conversation.get("ticket_id") or exchange.ticket
        path = f"/api/v1/conversations/{conversation['id']}/messages"
        async for message in api.every(path, "messages", {"tenant_id": tenant.TENANT_ID}):
            if message["author"] in _WRITTEN_BY_US:
                replies.append(message)
            elif message.get("classification"):
                exchange.classification = message["classification"]
    exchange.replies = replies
    if exchange.answered_ms is None and any(reply["state"] in _LEFT for reply in replies):
        exchange.answered_ms = (time.perf_counter() - exchange.sent_at) * 1000

"""Webhooks: verify, parse, accept, 200; no thinking.

A raw ASGI application, in front of Starlette's router and not behind it: this is the one hot path.
It spends no request and response objects, router or middleware (docs/decisions/0050).
"""

import asyncio
import functools
import hashlib
import re
import time
from collections.abc import Awaitable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from urllib.parse import parse_qs

from cassava.tickets.v1 import inbox_pb2
from prometheus_client import Counter

from mesh import deadline, logs, telemetry
from mesh.errors import MeshError
from services.gateway import wire
from services.gateway.accept import Acceptor
from services.gateway.accounts import AccountDirectory, Found
from services.gateway.channels import custom, telegram, whatsapp
from services.gateway.channels.channel import (
    NOBODY,
    Account,
    Arrival,
    Channel,
    Named,
    NotSent,
    PerhapsSent,
    Receipt,
    Refused,
)
from services.gateway.channels.whatsapp_envelope import peek
from services.gateway.proof import active, owned, signer, verified
from services.gateway.raw_http import (
    CONFLICT,
    FORBIDDEN,
    LATER,
    NOT_ALLOWED,
    NOT_FOUND,
    STORED,
    TOO_LARGE,
    UNAUTHORIZED,
    BodyTooLarge,
    Receive,
    Reply,
    Scope,
    Send,
    headers_of,
    read,
    respond,
)

log = logs.get(__name__)

PREFIX = "/api/v1/webhooks/"
_CAPS = {"whatsapp": 3 * 2**20, "telegram": 2**20}
_CAP = 256 * 2**10
_REQUEST_SECONDS = 4.8  # the strictest middleman gives up after 5
# Before anything is trusted a body may not make us look up more accounts than this,
_MOST_LOOKUPS = 16
# nor have every secret there is tried on more bytes than this.
_MOST_UNNAMED_BYTES = 64 * 2**10
_CHALLENGE = re.compile(r"[A-Za-z0-9._-]{1,200}")
_KINDS = (*_CAPS, "custom")
_LABELS = {"channel": _KINDS, "status": ()}
_answers = telemetry.counter("cassava_webhooks", "Webhooks answered.", _LABELS)
_seconds = telemetry.histogram(
    "cassava_webhook_ack_seconds", "Until a webhook was stored.", telemetry.SECONDS
)
_refusals = telemetry.counter(
    "cassava_webhooks_refused",
    "Why webhooks got a 401.",
    {"channel": _KINDS, "why": ("unknown_account", "bad_signature")},
)


@dataclass(frozen=True, slots=True)
class Channels:
    """Two are asked for more than the three common verbs; the others are found by their address."""

    whatsapp: whatsapp.WhatsApp
    telegram: telegram.Telegram
    others: Mapping[str, Channel]

    @property
    def kinds(self) -> frozenset[str]:
        return frozenset({*_CAPS, *self.others})


class Webhooks:
    """What providers post, as one ASGI application."""

    def __init__(self, channels: Channels, accounts: AccountDirectory, acceptor: Acceptor) -> None:
        self._channels = channels
        self._accounts = accounts
        self._acceptor = acceptor
        self._limits = deadline.Limits()
        self._afterwards: set[asyncio.Task[None]] = set()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request whose path begins with `PREFIX`."""
        kind, _, rest = scope["path"][len(PREFIX) :].strip("/").partition("/")
        started = time.perf_counter()
        reply = await self._answer(scope, receive, kind, rest)
        if kind in self._channels.kinds:
            if reply.status == HTTPStatus.OK:
                _seconds.observe(time.perf_counter() - started)
            _answered(kind, reply.status).inc()
        await respond(send, reply)

    async def _answer(self, scope: Scope, receive: Receive, kind: str, rest: str) -> Reply:
        if not self._is_webhook(kind, rest):
            return NOT_FOUND
        if scope["method"] == "GET" and kind == "whatsapp":
            return await self._in_time(self._handshake(scope["query_string"]))
        if scope["method"] != "POST":
            return NOT_ALLOWED
        headers = headers_of(scope["headers"])
        try:
            body = await read(receive, headers, _CAPS.get(kind, _CAP))
        except BodyTooLarge:
            return TOO_LARGE
        match kind:
            case "whatsapp":
                answering = self._whatsapp(headers, body)
            case "telegram":
                answering = self._telegram(headers, body, rest)
            case _:
                answering = self._other(kind, headers, body, rest)
        return await self._in_time(answering)

    def _is_webhook(self, kind: str, rest: str) -> bool:
        """`whatsapp`, `telegram`, or any channel with the id of its account: `custom/{id}`."""
        if kind not in self._channels.kinds or "/" in rest:
            return False
        return not rest if kind == "whatsapp" else bool(rest) or kind == "telegram"

    async def _in_time(self, answering: Awaitable[Reply]) -> Reply:
        """What is not known to be stored is asked for again, whatever went wrong."""
        try:
            with self._limits.limit(_REQUEST_SECONDS):
                return await answering
        except (MeshError, TimeoutError):
            return LATER
        except Exception:
            log.exception("webhook_crashed")
            return LATER

    async def _handshake(self, query: bytes) -> Reply:
        """Meta's GET: no signature, only the verify token that somebody typed in at both ends."""
        given = parse_qs(query.decode("latin-1"))
        mode, token, challenge = (
            given.get(f"hub.{name}", [""])[0] for name in ("mode", "verify_token", "challenge")
        )
        found = await self._accounts.of_token(whatsapp.KIND, token) if token else ()
        if mode != "subscribe" or not active(found) or not _CHALLENGE.fullmatch(challenge):
            return FORBIDDEN
        return Reply(200, challenge.encode())

    async def _whatsapp(self, headers: Mapping[str, str], body: bytes) -> Reply:
        peeked = peek(body)
        names = whatsapp.named_accounts(peeked)
        likely = (names or whatsapp.likely_accounts(body))[:_MOST_LOOKUPS]
        accounts: dict[Named, Found] = {name: await self._named(name) for name in likely}
        candidates = [account for found in accounts.values() for account in found]
        if not names and not candidates and len(body) <= _MOST_UNNAMED_BYTES:
            candidates = list(await self._accounts.all(whatsapp.KIND))
        secret = signer(candidates, headers, body)
        if secret is None:
            return _refused(whatsapp.KIND, candidates)
        storing = _Storing(self._acceptor, may_wait=True)
        for arrival in self._channels.whatsapp.arrivals(body, peeked):
            if arrival.named not in accounts:
                accounts[arrival.named] = await self._named(arrival.named)
            for owner, item in owned(arrival, accounts[arrival.named], candidates, secret):
                storing.add(owner, item)
        return await storing.reply()

    async def _named(self, name: Named) -> Found:
        return () if name == NOBODY else await self._accounts.named(whatsapp.KIND, name)

    async def _telegram(self, headers: Mapping[str, str], body: bytes, channel_id: str) -> Reply:
        token = headers.get(telegram.SECRET_TOKEN, "")
        found = active(await self._accounts.of_token(telegram.KIND, token)) if token else []
        if channel_id:
            found = [account for account in found if account.account_id == channel_id]
        channel = self._channels.telegram
        account = verified(channel, found, headers, body)
        if account is None:
            return _refused(telegram.KIND, found)
        arrivals = channel.parse(headers, body)
        storing = _Storing(self._acceptor, may_wait=True)
        for arrival in arrivals:
            storing.add(account, telegram.meant_for(account, arrival))
        reply = await storing.reply()
        if reply is STORED and not account.sandbox:
            self._answer_callbacks(account, arrivals)
        return reply

    async def _other(
        self, kind: str, headers: Mapping[str, str], body: bytes, channel_id: str
    ) -> Reply:
        if custom.LOOP in headers:
            return FORBIDDEN
        found = active(await self._accounts.of_channel(kind, channel_id))
        channel = self._channels.others[kind]
        account = verified(channel, found, headers, body)
        if account is None:
            return _refused(kind, found)
        storing = _Storing(self._acceptor, hashlib.sha256(body).digest())
        for arrival in channel.parse(headers, body):
            storing.add(account, arrival)
        return await storing.reply()

    def _answer_callbacks(self, account: Account, arrivals: Iterable[Arrival]) -> None:
        """A pressed button spins until it is answered: after the commit, beside the 200."""
        for callback_id in telegram.callbacks_in(arrivals):
            task = asyncio.create_task(self._stop_spinner(account, callback_id))
            self._afterwards.add(task)
            task.add_done_callback(self._afterwards.discard)

    async def _stop_spinner(self, account: Account, callback_id: str) -> None:
        try:
            await self._channels.telegram.answer_callback(account, callback_id)
        except (NotSent, PerhapsSent, Refused):
            log.info("callback_not_answered", account_id=account.account_id)


class _Storing:
    """The items and receipts of one webhook on their way to the inbox."""

    def __init__(
        self, acceptor: Acceptor, body_hash: bytes = b"", *, may_wait: bool = False
    ) -> None:
        self._acceptor = acceptor
        self._body_hash = body_hash
        self._may_wait = may_wait
        self._items: list[inbox_pb2.InboundItem] = []
        self._receipts: list[inbox_pb2.Receipt] = []

    def add(self, account: Account | None, arrival: Arrival) -> None:
        if account is not None and isinstance(arrival, Receipt):
            receipt = wire.receipt_to_proto(account, arrival)
            self._receipts += [receipt] if receipt else []
        else:
            item = wire.item_to_proto(account, arrival, self._body_hash)
            item.may_wait = self._may_wait
            self._items.append(item)

    async def reply(self) -> Reply:
        """200 once all of it is committed, known already, or a dead letter."""
        results: Sequence[inbox_pb2.AcceptResult] = ()
        if self._items and self._receipts:
            results, _ = await asyncio.gather(
                self._acceptor.accept(self._items), self._acceptor.record(self._receipts)
            )
        elif self._items:
            results = await self._acceptor.accept(self._items)
        elif self._receipts:
            await self._acceptor.record(self._receipts)
        conflict = inbox_pb2.AcceptResult.STATUS_CONFLICT
        return CONFLICT if any(result.status == conflict for result in results) else STORED


@functools.cache
def _answered(kind: str, status: int) -> Counter:
    # Finding a child by its labels costs more than counting.
    return _answers.labels(kind, str(status))


def _refused(kind: str, candidates: Sequence[Account]) -> Reply:
    """One answer, two counters."""
    why = "bad_signature" if candidates else "unknown_account"
    _refusals.labels(kind, why).inc()
    return UNAUTHORIZED

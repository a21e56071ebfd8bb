"""Telegram Bot API: secret token and updates in, messages out."""

import hmac
import re
import time
from collections.abc import Callable, Iterable, Mapping
from http import HTTPStatus
from typing import Any

import httpx2
import msgspec

from services.gateway.channels import sending
from services.gateway.channels.channel import (
    Account,
    Alias,
    Arrival,
    Attachment,
    BadSignature,
    Message,
    Note,
    NotSent,
    Outbound,
    PerhapsSent,
    ProviderId,
    Refused,
    Seen,
)
from services.gateway.channels.fetching import FileUnavailable, Hosts, check_status, fetch
from services.gateway.channels.subscribing import Subscription
from services.gateway.channels.telegram_payload import call_of, presence_of
from services.gateway.channels.telegram_update import CALLBACK_KEY, arrivals_of
from services.gateway.channels.tolerant import Layer, Loose, read, text_of, time_of

KIND = "telegram"
SECRET_TOKEN = "x-telegram-bot-api-secret-token"  # noqa: S105 the header's name
API_URL = "https://api.telegram.org"
_CALLED = re.compile(r"/[A-Za-z0-9_]{1,64}@([A-Za-z0-9_]+)(?!\S)")
_MARKS = frozenset({"entities", "caption_entities"})
_FILE_PATH = re.compile(r"[A-Za-z0-9_./ -]{1,300}")


class _Sent(Layer):
    message_id: Loose = None
    file_path: str | None = None


class _Parameters(Layer):
    retry_after: float | None = None
    migrate_to_chat_id: Loose = None


class _Response(Layer):
    ok: bool | None = None
    result: _Sent | None = None
    error_code: int | None = None
    parameters: _Parameters | None = None


class _Webhook(Layer):
    url: str | None = None
    pending_update_count: int | None = None
    last_error_date: Loose = None
    last_error_message: str | None = None


class _Told(Layer):
    result: _Webhook | None = None


_RESPONSE = msgspec.json.Decoder(_Response)
_TOLD = msgspec.json.Decoder(_Told)


class Telegram:
    """The Bot API as a channel."""

    # A chat action lasts 5 s.
    presence_seconds = 4.0

    def __init__(
        self,
        client: httpx2.AsyncClient,
        api_url: str = API_URL,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._client = client
        self._api_url = api_url.rstrip("/")
        self._rests = _Rests(clock)

    def verify(self, account: Account, headers: Mapping[str, str], body: bytes) -> None:
        """A shared secret, not a signature over the body."""
        given = headers.get(SECRET_TOKEN, "").encode("utf-8", "surrogateescape")
        fits = False
        for secret in account.secrets.get("secret_token", ()):
            fits |= hmac.compare_digest(secret.encode(), given)
        if not fits:
            raise BadSignature

    def parse(self, headers: Mapping[str, str], body: bytes) -> list[Arrival]:
        """One update a webhook. Headers say nothing here."""
        return arrivals_of(body)

    async def send(self, account: Account, message: Outbound) -> ProviderId:
        """One message: the caller splits, since each part is a delivery of its own."""
        with sending.nothing_left():
            method, payload = call_of(message)
        answer, response = await self._call(account, method, payload)
        moved_to = text_of(response.parameters.migrate_to_chat_id) if response.parameters else ""
        if moved_to:
            # A group became a supergroup; the same goes there, once.
            payload |= {"chat_id": moved_to}
            answer, response = await self._call(account, method, payload)
        if answer.status == HTTPStatus.BAD_REQUEST and payload.keys() & _MARKS:
            # Plain words arrive where marks do not.
            payload = {name: said for name, said in payload.items() if name not in _MARKS}
            answer, response = await self._call(account, method, payload)
        if answer.is_success and response.result and response.result.message_id is not None:
            names = (Alias("telegram_chat", moved_to),) if moved_to else ()
            return ProviderId(text_of(response.result.message_id), names)
        if _status(answer, response) == HTTPStatus.TOO_MANY_REQUESTS:
            raise self._rests.asked_of(account, message.address, _wait(answer, response))
        raise _failure(answer, response)

    async def show_presence(self, account: Account, seen: Seen) -> None:
        """Writing."""
        await self._call(account, "sendChatAction", presence_of(seen.address, seen.thread))

    async def fetch(self, account: Account, attachment: Attachment) -> bytes:
        """The address of a file holds the bot's token: made here, used once, never kept."""
        answer, response = await self._call(account, "getFile", {"file_id": attachment.provider_id})
        if answer.status == HTTPStatus.BAD_REQUEST:
            raise FileUnavailable("telegram_400")  # larger than 20 MB, or no file of this bot
        check_status(answer.status)
        path = response.result.file_path if response.result else None
        if not path or not _FILE_PATH.fullmatch(path) or ".." in path:
            raise FileUnavailable("no_address")
        url = f"{self._api_url}/file/bot{account.secret('bot_token')}/{path}"
        return await fetch(self._client, url, Hosts(self._api_url))

    async def subscription(self, account: Account) -> Subscription:
        """`getWebhookInfo`: an empty address is none."""
        answer, response = await self._call(account, "getWebhookInfo", {})
        told = read(_TOLD, answer.body)
        if not (answer.is_success and told and told.result):
            raise _failure(answer, response)
        info = told.result
        return Subscription(
            is_set=bool(info.url),
            url=info.url or "",
            waiting=info.pending_update_count or 0,
            last_error=info.last_error_message or "",
            last_error_at=time_of(info.last_error_date),
        )

    async def answer_callback(self, account: Account, callback_id: str) -> None:
        """Stop the button's spinner. Worth one try: after seconds it is too late anyway."""
        await self._call(account, "answerCallbackQuery", {"callback_query_id": callback_id})

    async def _call(
        self, account: Account, method: str, payload: Mapping[str, Any]
    ) -> tuple[sending.Answer, _Response]:
        url = f"{self._api_url}/bot{account.secret('bot_token')}/{method}"
        headers = {"content-type": "application/json"}
        with sending.nothing_left():
            content = msgspec.json.encode(payload)
        answer = await sending.post(self._client, url, content, headers)
        return answer, read(_RESPONSE, answer.body) or _Response()


class _Rests:
    """Telegram does not say whose limit was met, the chat's or the bot's. The chat rests first; a
    second chat that is refused before the first may go on means the bot (docs/decisions/0141).
    """

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._refused: dict[str, tuple[str, float]] = {}  # of a bot: the last chat, until when

    def asked_of(self, account: Account, chat: str, seconds: float) -> NotSent:
        now = self._clock()
        last, until = self._refused.get(account.account_id, (chat, now))
        self._refused[account.account_id] = (chat, now + seconds)
        is_alone = last == chat or until <= now
        return NotSent("telegram_429", retry_after=seconds, only_this_contact=is_alone)


def _status(answer: sending.Answer, response: _Response) -> int:
    return response.error_code or answer.status


def _wait(answer: sending.Answer, response: _Response) -> float:
    told = response.parameters.retry_after if response.parameters else None
    return told or answer.retry_after or 1.0


def _failure(answer: sending.Answer, response: _Response) -> Exception:
    """PROTOCOL 7: a definite no is told apart from what nobody knows."""
    status = _status(answer, response)
    reason = f"telegram_{status}"
    if status in {HTTPStatus.UNAUTHORIZED, HTTPStatus.NOT_FOUND}:
        # 404 is what an address with a token that never was answers.
        return NotSent(reason, pauses_account=True)
    if status == HTTPStatus.FORBIDDEN:
        # The person has blocked the bot, is gone, or has thrown it out of the group.
        return Refused("blocked")
    if HTTPStatus.BAD_REQUEST <= status < HTTPStatus.INTERNAL_SERVER_ERROR:
        return Refused(reason)
    return PerhapsSent(reason)


def meant_for(account: Account, arrival: Arrival) -> Arrival:
    """In a group with several bots `/help@other_bot` is said to the other one."""
    if not isinstance(arrival, Message) or not account.name.startswith("@"):
        return arrival
    called = _CALLED.match(arrival.text)
    if called is None or called[1].casefold() == account.name[1:].casefold():
        return arrival
    return Note(
        key=arrival.key,
        kind="command_of_another_bot",
        raw=arrival.raw,
        contact=arrival.contact,
        sent_at=arrival.sent_at,
    )


def callbacks_in(arrivals: Iterable[Arrival]) -> list[str]:
    """The ids of pressed buttons: each has to be answered, or it spins for a minute."""
    return [
        arrival.provider_id
        for arrival in arrivals
        if isinstance(arrival, Message) and arrival.key.startswith(CALLBACK_KEY)
    ]

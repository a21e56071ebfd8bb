"""Telegram Bot API: secret token and updates in, messages out."""

import hmac
import re
from collections.abc import Iterable, Mapping
from http import HTTPStatus
from typing import Any

import httpx2
import msgspec

from services.gateway.channels import sending
from services.gateway.channels.channel import (
    Account,
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
from services.gateway.channels.telegram_payload import call_of, presence_of
from services.gateway.channels.telegram_update import CALLBACK_KEY, arrivals_of
from services.gateway.channels.tolerant import Layer, Loose, read, text_of

KIND = "telegram"
SECRET_TOKEN = "x-telegram-bot-api-secret-token"  # noqa: S105 the header's name
API_URL = "https://api.telegram.org"
_CALLED = re.compile(r"/[A-Za-z0-9_]{1,64}@([A-Za-z0-9_]+)(?!\S)")
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


_RESPONSE = msgspec.json.Decoder(_Response)


class Telegram:
    """The Bot API as a channel."""

    # A chat action lasts 5 s.
    presence_seconds = 4.0

    def __init__(self, client: httpx2.AsyncClient, api_url: str = API_URL) -> None:
        self._client = client
        self._api_url = api_url.rstrip("/")

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
        moved_to = response.parameters.migrate_to_chat_id if response.parameters else None
        if moved_to is not None:
            # A group became a supergroup; the same goes there, once.
            payload |= {"chat_id": text_of(moved_to)}
            answer, response = await self._call(account, method, payload)
        if answer.status == HTTPStatus.BAD_REQUEST and "entities" in payload:
            # Plain words arrive where marks do not.
            del payload["entities"]
            answer, response = await self._call(account, method, payload)
        if answer.is_success and response.result and response.result.message_id is not None:
            return ProviderId(text_of(response.result.message_id))
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


def _failure(answer: sending.Answer, response: _Response) -> Exception:
    """PROTOCOL 7: a definite no is told apart from what nobody knows."""
    status = response.error_code or answer.status
    reason = f"telegram_{status}"
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        told = response.parameters.retry_after if response.parameters else None
        return NotSent(reason, retry_after=told or answer.retry_after or 1.0)
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

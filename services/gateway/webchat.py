"""Web chat: a visitor's session, messages in, messages out, the widget."""

from __future__ import annotations

import time
import uuid
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cassava.tickets.v1 import conversation_pb2, inbox_pb2
from starlette.responses import JSONResponse, Response, StreamingResponse

from mesh.errors import Conflict, InvalidInput, NotFound, NotSignedIn, TooMany
from services.gateway import visitors
from services.gateway.body import read_json, required_text_in, text_in
from services.gateway.live import is_own_page, position_of
from services.gateway.visitors import Limits, Visitor, VisitorTokens

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

    from starlette.requests import Request

    from services.gateway.accept import Acceptor
    from services.gateway.accounts import AccountDirectory
    from services.gateway.channels.channel import Account
    from services.gateway.news import News
    from services.gateway.peers import Tickets

KIND = "webchat"
_LONGEST_MESSAGE = 4000
_LONGEST_USER_ID = 200
_WIDGET = (Path(__file__).parent / "pages" / "webchat.js").read_bytes()
_PAGE = (Path(__file__).parent / "pages" / "webchat.html").read_bytes()
_PAGE_HEADERS = {
    "content-security-policy": "default-src 'none'; script-src 'self'; connect-src 'self';"
    " base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "x-content-type-options": "nosniff",
    "cache-control": "no-cache",
}
_AUTHORS = {
    conversation_pb2.AUTHOR_CUSTOMER: "visitor",
    conversation_pb2.AUTHOR_BOT: "bot",
    conversation_pb2.AUTHOR_AGENT: "agent",
}
_SEEN_STATES = frozenset(
    {
        *(conversation_pb2.MESSAGE_STATE_RECEIVED, conversation_pb2.MESSAGE_STATE_SENT),
        *(conversation_pb2.MESSAGE_STATE_DELIVERED, conversation_pb2.MESSAGE_STATE_READ),
    }
)


class WebChat:
    """`/api/v1/webchat/{channel_id}/…`. No cookies: every call but the first shows its token."""

    def __init__(  # noqa: PLR0913  # whom it asks
        self,
        accounts: AccountDirectory,
        acceptor: Acceptor,
        tickets: Tickets,
        news: News,
        *,
        tokens: VisitorTokens,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._accounts = accounts
        self._acceptor = acceptor
        self._tickets = tickets
        self._news = news
        self._tokens = tokens
        self._clock = clock
        self._limits = Limits()

    async def page(self, _: Request) -> Response:
        """A page with nothing but the widget, to try it."""
        return Response(_PAGE, media_type="text/html; charset=utf-8", headers=_PAGE_HEADERS)

    async def widget(self, _: Request) -> Response:
        """The script that a page embeds; it loads nothing else."""
        headers = {
            "cross-origin-resource-policy": "cross-origin",
            "x-content-type-options": "nosniff",
            "cache-control": "public, max-age=300",
        }
        return Response(_WIDGET, media_type="text/javascript; charset=utf-8", headers=headers)

    async def session(self, request: Request) -> Response:
        """A token for a new visitor, or for who shows an old one or the tenant's own word."""
        account, body = await self._account(request), await read_json(request)
        origin, now = _origin(request), self._clock()
        user_id = text_in(body, "user_id", longest=_LONGEST_USER_ID)
        if user_id:
            secrets = tuple(account.secrets.get("signing_secret", ()))
            proof = text_in(body, "user_hash", longest=200)
            if not visitors.is_vouched_for(secrets, user_id, proof):
                raise NotSignedIn("user_hash is not this user's under the channel's secret")
            visitor_id = f"user:{user_id}"
        else:
            token = text_in(body, "token", longest=2000)
            visitor_id = self._tokens.renewable(token, account.account_id, origin, now)
        if not visitor_id:
            self._limits.come(request.headers)
            visitor_id = str(uuid.uuid4())
        expires_at = now + visitors.LIFE_SECONDS
        visitor = Visitor(account.tenant_id, account.account_id, visitor_id, origin, expires_at)
        said = {"token": self._tokens.sign(visitor), "expires_in": int(visitors.LIFE_SECONDS)}
        return _answer(said, origin)

    async def post(self, request: Request) -> Response:
        """Store what the visitor wrote; `client_id` makes a repeat harmless."""
        visitor, body = await self._visitor(request), await read_json(request)
        text = required_text_in(body, "text", longest=_LONGEST_MESSAGE)
        try:
            client_id = uuid.UUID(required_text_in(body, "client_id", longest=36))
        except ValueError:
            raise InvalidInput("client_id is not a UUID", field="client_id") from None
        self._limits.write(request.headers, visitor.id)
        (stored,) = await self._acceptor.accept([_item(visitor, str(client_id), text)])
        if not stored.message_id:
            raise Conflict("this message cannot be taken: the visitor or the tenant is gone")
        said = {"message_id": stored.message_id, "conversation_id": stored.conversation_id}
        return _answer(said, visitor.origin)

    async def messages(self, request: Request) -> Response:
        """The visitor's latest conversation, from the record; `?after=` a message id."""
        visitor = await self._visitor(request)
        conversations = await self._tickets.conversations_of(visitor.tenant_id, visitor.id)
        found: list[conversation_pb2.Message] = []
        if conversations:
            found = await self._tickets.messages_of(visitor.tenant_id, conversations[0])
        seen = [_as_json(message) for message in found if _is_seen(message)]
        ids = [message["id"] for message in seen]
        after = request.query_params.get("after", "")
        if after in ids:
            seen = seen[ids.index(after) + 1 :]
        return _answer({"messages": seen}, visitor.origin)

    async def events(self, request: Request) -> Response:
        """SSE: what is new in the visitor's conversations, and what is being written there."""
        visitor = await self._visitor(request)
        conversations = await self._tickets.conversations_of(visitor.tenant_id, visitor.id)
        watched = frozenset(conversations)
        return StreamingResponse(
            await self._news.opened(visitor, watched, position_of(request)),
            media_type="text/event-stream",
            headers={"cache-control": "no-store", "x-accel-buffering": "no"}
            | _cors(visitor.origin),
        )

    async def preflight(self, request: Request) -> Response:
        """Any page may embed the widget: what counts is the token, which names its page."""
        headers = _cors(_origin(request)) | {
            "access-control-allow-methods": "GET, POST",
            "access-control-allow-headers": "authorization, content-type, last-event-id",
            "access-control-max-age": "86400",
        }
        return Response(status_code=204, headers=headers)

    async def _visitor(self, request: Request) -> Visitor:
        account = await self._account(request)
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() != "bearer":
            raise NotSignedIn("send the visitor token as `authorization: Bearer <token>`")
        return self._tokens.read(token.strip(), account.account_id, _origin(request), self._clock())

    async def _account(self, request: Request) -> Account:
        found = await self._accounts.of_channel(KIND, request.path_params["channel_id"])
        account = next((one for one in found if one.is_active and one.kind == KIND), None)
        if account is None:
            raise NotFound("no such web chat")
        return account


def readable(
    endpoint: Callable[[Request], Awaitable[Response]],
    refused: Callable[[Any, Any], Awaitable[Response]],
) -> Callable[[Request], Awaitable[Response]]:
    """The endpoint, whose refusals, too, can be read by a page of another origin."""

    async def answering(request: Request) -> Response:
        try:
            return await endpoint(request)
        except (InvalidInput, NotSignedIn, NotFound, Conflict, TooMany) as error:
            answer = await refused(request, error)
            answer.headers.update(_cors(_origin(request)))
            return answer

    return answering


def _item(visitor: Visitor, client_id: str, text: str) -> inbox_pb2.InboundItem:
    item = inbox_pb2.InboundItem(
        tenant_id=visitor.tenant_id,
        account_id=visitor.channel_id,
        key=f"wc:{visitor.id}:{client_id}",
        raw=text.encode(),
    )
    arrival = item.arrival
    arrival.contact.aliases.add(kind=KIND, value=visitor.id)
    arrival.contact.reply_address = visitor.id
    arrival.kind = conversation_pb2.MESSAGE_KIND_TEXT
    arrival.text = text.encode()
    return item


def _is_seen(message: conversation_pb2.Message) -> bool:
    """Notes and what was never sent are not the visitor's."""
    is_note = message.kind == conversation_pb2.MESSAGE_KIND_NOTE
    return not is_note and message.author in _AUTHORS and message.state in _SEEN_STATES


def _as_json(message: conversation_pb2.Message) -> dict[str, Any]:
    return {
        "id": message.id,
        "author": _AUTHORS[message.author],
        "text": message.text,
        "create_time": message.create_time.ToJsonString(),
    }


def _origin(request: Request) -> str:
    """Of the page; empty for our own, whose GETs a browser sends without it."""
    origin = request.headers.get("origin", "")[:300]
    return "" if is_own_page(origin, request.headers.get("host", "")) else origin


def _cors(origin: str) -> dict[str, str]:
    return {"access-control-allow-origin": origin, "vary": "origin"} if origin else {}


def _answer(said: Mapping[str, Any], origin: str) -> JSONResponse:
    return JSONResponse(said, headers={"cache-control": "no-store"} | _cors(origin))

"""Channel accounts and their secrets, asked of tickets, remembered for seconds."""

import asyncio
import hashlib
import time
import uuid
from collections.abc import Callable, Sequence

from cassava.tickets.v1 import channel_pb2

from mesh.errors import InvalidInput
from services.gateway import wire
from services.gateway.channels.channel import Account, Named
from services.gateway.peers import AccountBook

# A changed secret is live this soon; an account that is not there is looked for again sooner.
_FOUND_SECONDS = 10.0
_MISSING_SECONDS = 2.0
_MOST_REMEMBERED = 20_000

Found = Sequence[Account]
_Key = tuple[object, ...]  # a channel and what its accounts are looked up by


class AccountDirectory:
    """Finds accounts by what a webhook shows, before anything in it is trusted."""

    def __init__(self, book: AccountBook, clock: Callable[[], float] = time.monotonic) -> None:
        self._book = book
        self._clock = clock
        self._known: dict[_Key, tuple[float, Found]] = {}
        self._asking: dict[_Key, asyncio.Task[Found]] = {}

    async def named(self, kind: str, named: Named) -> Found:
        """By the provider's own id, else by the business account: that may be several."""
        if named.external_id:
            return await self._find(kind, external_id=named.external_id)
        return await self._find(kind, business_account_id=named.business_id)

    async def of_channel(self, kind: str, channel_id: str) -> Found:
        """By our own id; nothing for what cannot be one."""
        try:
            uuid.UUID(channel_id)
        except ValueError:
            return ()
        return await self._find(kind, channel_id=channel_id)

    async def of_token(self, kind: str, token: str) -> Found:
        """By the hash of a Telegram secret token or a WhatsApp verify token."""
        digest = hashlib.sha256(token.encode("utf-8", "surrogateescape")).digest()
        return await self._find(kind, token_hash=digest)

    async def all(self, kind: str) -> Found:
        """Every account of a kind, for a body that names none."""
        return await self._find(kind, all=True)

    async def of_tenant(self, kind: str, tenant_id: str) -> Found:
        """The tenant's own, the oldest of that kind."""
        return await self._find(kind, tenant_id=tenant_id)

    async def _find(self, kind: str, **by: str | bytes | bool) -> Found:
        key = (kind, *by.items())
        good_until, found = self._known.get(key, (0.0, ()))
        if self._clock() < good_until:
            return found
        # Many webhooks miss at once; tickets is asked once.
        asking = self._asking.get(key)
        if asking is None:
            request = channel_pb2.FindAccountRequest(kind=wire.kind_to_proto(kind), **by)  # type: ignore[arg-type] # one field of the oneof
            asking = asyncio.create_task(self._ask(key, request))
            self._asking[key] = asking
            asking.add_done_callback(lambda _: self._asking.pop(key, None))
        return await asyncio.shield(asking)

    async def _ask(self, key: _Key, request: channel_pb2.FindAccountRequest) -> Found:
        try:
            accounts = await self._book.find_account(request)
        except InvalidInput:  # what no account can be called is nobody's, like any unknown name
            accounts = []
        found = tuple(wire.account_from_proto(account) for account in accounts)
        if len(self._known) >= _MOST_REMEMBERED:
            del self._known[next(iter(self._known))]
        seconds = _FOUND_SECONDS if found else _MISSING_SECONDS
        self._known.pop(key, None)
        self._known[key] = (self._clock() + seconds, found)
        return found

"""Whether a channel's provider delivers to us: asked of the provider itself, changing nothing."""

import asyncio
from typing import Any
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import JSONResponse

from mesh.access import Role
from mesh.errors import NotFound
from services.gateway.accounts import AccountDirectory
from services.gateway.callers import Callers
from services.gateway.channels.channel import (
    Account,
    NotSent,
    PerhapsSent,
    Refused,
)
from services.gateway.channels.subscribing import SubscribedChannel, Subscription
from services.gateway.webhooks import PREFIX

# The edge waits 15 s.
_PATIENCE_SECONDS = 10.0


class ChannelNotFound(NotFound):
    def __init__(self, channel_id: str) -> None:
        super().__init__(f"there is no channel {channel_id} whose provider can be asked")


class Subscriptions:
    """`…/channels/{channel_id}/webhook`."""

    def __init__(
        self,
        callers: Callers,
        accounts: AccountDirectory,
        channels: dict[str, SubscribedChannel],
    ) -> None:
        self._callers = callers
        self._accounts = accounts
        self._channels = channels

    async def get(self, request: Request) -> JSONResponse:
        """The caller names no address: only the account's own provider is asked."""
        caller = await self._callers.caller(request.headers)
        named, path = request.path_params["tenant_id"], request.url.path
        tenant_id = await self._callers.tenant_of(caller, named, path, Role.ADMIN)
        account = await self._account(tenant_id, request.path_params["channel_id"])
        return JSONResponse(await self._said(account), headers={"cache-control": "no-store"})

    async def _account(self, tenant_id: str, channel_id: str) -> Account:
        for kind in self._channels:
            for account in await self._accounts.of_channel(kind, channel_id):
                if account.tenant_id == tenant_id:
                    return account
        raise ChannelNotFound(channel_id)

    async def _said(self, account: Account) -> dict[str, Any]:
        if account.sandbox:
            return _answer("not_asked", reason="sandbox")
        try:
            async with asyncio.timeout(_PATIENCE_SECONDS):
                told = await self._channels[account.kind].subscription(account)
        except TimeoutError:
            return _answer("unknown", reason="no_answer")
        except Refused as error:
            return _answer("unknown", reason=error.code)
        except (NotSent, PerhapsSent) as error:
            return _answer("unknown", reason=error.reason)
        return _answer(_state(account, told), told)


def _state(account: Account, told: Subscription) -> str:
    if not told.is_set:
        return "not_set"
    ours = f"{PREFIX}{account.kind}"
    path = urlsplit(told.url).path.rstrip("/")
    # A proxy in front of the edge may have put something before it.
    leads_here = path.endswith((ours, f"{ours}/{account.account_id}"))
    return "set" if leads_here or not told.url else "elsewhere"


def _answer(state: str, told: Subscription | None = None, *, reason: str = "") -> dict[str, Any]:
    at = told.last_error_at if told else None
    return {
        "state": state,
        "reason": reason,
        "url": told.url if told else "",
        "waiting": told.waiting if told else 0,
        "last_error": told.last_error if told else "",
        "last_error_time": at.isoformat() if at else None,
    }
